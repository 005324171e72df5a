import type { Address } from "./request";
import { SourceError } from "./source-error";

/** A connection that gives nothing for this long is given up. */
const longestSilence = 30_000;

/** A request and the reading of its answer, which end together: by the reader, by silence, or when they are closed. */
export class Connection {
  readonly #controller = new AbortController();
  readonly #stop = () => this.#controller.abort(this.given?.reason);

  constructor(
    private readonly address: Address,
    private readonly given?: AbortSignal,
  ) {
    given?.throwIfAborted();
    given?.addEventListener("abort", this.#stop);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What comes next: the answer's headers, or a piece of its body. */
  async unlessSilent<T>(coming: Promise<T>): Promise<T> {
    const { name, url } = this.address;
    const timer = setTimeout(
      () =>
        this.#controller.abort(
          new SourceError(`${name} was not read: ${url.host} sent nothing for ${longestSilence / 1000} s`, "network"),
        ),
      longestSilence,
    );
    try {
      return await coming;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.given?.removeEventListener("abort", this.#stop);
    this.#controller.abort();
  }
}
