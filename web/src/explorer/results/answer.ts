/** One question that is asked of the worker again and again as the reader looks elsewhere, and its answer. */

/** One job of a kind at a time: a newer one takes the place of the one before. */
export class Job {
  #controller: AbortController | undefined;

  start(): AbortSignal {
    this.#controller?.abort();
    this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/**
 * The answer is kept with the key of what it was asked for, and is there only while that is what is looked at: nothing is shown under a
 * title that it does not belong to.
 */
export class Answer<T> {
  #asked: string | null = null;
  #kept: { readonly key: string; readonly value: T } | null = null;
  readonly #job = new Job();

  /**
   * @param keyOf  names what is looked at now; null: there is nothing to ask
   * @param ask    `came` is called with what is there, once or part by part
   */
  constructor(
    private readonly keyOf: () => string | null,
    private readonly ask: (signal: AbortSignal, came: (value: T) => void) => Promise<void>,
    private readonly fail: (error: unknown) => void,
  ) {}

  get value(): T | null {
    return this.#kept && this.#kept.key === this.keyOf() ? this.#kept.value : null;
  }

  /** Asks where something else is looked at than was asked for last. */
  update(): void {
    const key = this.keyOf();
    if (key === this.#asked) return;
    this.#asked = key;
    const signal = this.#job.start();
    if (key === null || this.#kept?.key === key) return;
    const came = (value: T) => {
      if (!signal.aborted) this.#kept = { key, value };
    };
    this.ask(signal, came).catch((error) => {
      if (!signal.aborted) this.fail(error);
    });
  }

  /** What was answered is no longer true. */
  clear(): void {
    this.#job.start();
    this.#asked = null;
    this.#kept = null;
  }
}
