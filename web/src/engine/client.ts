import type { HeadMap, NotebookOptions, NotebookPart } from "./notebook-maps";
import type { ErrorKind, Request, Response } from "./protocol";

export type { HeadMap, NotebookOptions, NotebookPart } from "./notebook-maps";

export interface NotebookResult {
  options: NotebookOptions;
  single: HeadMap;
  heads: HeadMap[];
}

/** The core's own message, or why it could not be loaded. */
export class EngineError extends Error {
  override name = "EngineError";
  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
  }
}

/** A newer request took the place of this one; nothing is wrong. */
export class Superseded extends Error {
  override name = "Superseded";
}

export interface CallOptions {
  /** A newer call on the same channel supersedes the older one. */
  channel?: string;
  signal?: AbortSignal;
  onPart?: (part: NotebookPart) => void;
}

interface Call {
  channel: string;
  onPart: (part: NotebookPart) => void;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

/** The core in a worker, started by the first call. One engine serves every figure of a page. */
class Engine {
  #worker: Worker | undefined;
  #calls = new Map<number, Call>();
  #lastId = 0;

  /** Computes the source experiment. Rejects with EngineError, Superseded, or the signal's reason. */
  async notebook(options: NotebookOptions, { channel = "notebook", signal, onPart }: CallOptions = {}) {
    signal?.throwIfAborted();
    const maps = new Map<number, HeadMap>();
    const id = ++this.#lastId;
    this.#supersede(channel);
    const stop = () =>
      this.#finish(id, (call) => {
        this.#post({ type: "cancel", channel });
        call.reject(signal?.reason);
      });
    signal?.addEventListener("abort", stop);
    try {
      await new Promise<void>((resolve, reject) => {
        const takePart = (part: NotebookPart) => {
          maps.set(part.head, part.map);
          onPart?.(part);
        };
        this.#calls.set(id, { channel, onPart: takePart, resolve, reject });
        this.#post({ type: "notebook", id, channel, options });
      });
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    const [single, ...heads] = [...maps.values()];
    if (!single) throw new EngineError("input", "the experiment has no maps");
    const result: NotebookResult = { options, single, heads };
    return result;
  }

  #supersede(channel: string) {
    for (const [id, call] of this.#calls)
      if (call.channel === channel) this.#finish(id, ({ reject }) => reject(new Superseded("a newer request came")));
  }

  #finish(id: number, how: (call: Call) => void) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call) how(call);
  }

  #post(request: Request) {
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
  }

  #start() {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed" });
    worker.addEventListener("message", ({ data }: MessageEvent<Response>) => this.#receive(data));
    // A worker whose script does not load or that dies says so only by this event.
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      const why = event.message ? `stopped: ${event.message}` : "could not be loaded";
      for (const id of [...this.#calls.keys()])
        this.#finish(id, ({ reject }) =>
          reject(new EngineError("load", `The worker that computes the figures ${why}.`)),
        );
    });
    return worker;
  }

  #receive(response: Response) {
    if (response.type === "part") this.#calls.get(response.id)?.onPart(response.part);
    else if (response.type === "done") this.#finish(response.id, ({ resolve }) => resolve());
    else this.#finish(response.id, ({ reject }) => reject(new EngineError(response.kind, response.message)));
  }
}

export const engine = new Engine();
