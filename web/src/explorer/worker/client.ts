/** Asks the worker that owns the model. */
import type { Answer, Progress, Question, TaskName, Tasks } from "./protocol";

/** What the worker could not do. */
export class WorkerError extends Error {
  constructor(
    message: string,
    /** Whether the same may succeed if it is tried again. */
    readonly canRetry: boolean,
  ) {
    super(message);
  }
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** What a worker is, as far as it is needed here. */
export type MessagePeer = Pick<Worker, "postMessage" | "addEventListener">;

export class ModelWorker {
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private hasAnswered = false;
  /** Why it never answers. */
  private failure: Error | undefined;

  constructor(private readonly worker: MessagePeer) {
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.receive(data));
    worker.addEventListener("error", (event) => {
      const why = "message" in event && event.message ? `: ${event.message}` : "";
      // One that has answered may go on after an error; what was never started does not begin to.
      if (this.hasAnswered) return this.failAll(new Error(`the worker that runs the model stopped${why}`));
      this.failure = new Error(`the worker that runs the model did not start${why}; reload the page to start it again`);
      this.failAll(this.failure);
    });
    worker.addEventListener("messageerror", () =>
      this.failAll(new Error("an answer of the worker that runs the model could not be read")),
    );
  }

  /** Rejects with the worker's sentence, with why it did not start, or with the signal's reason: what has not begun then is not done. */
  ask<Name extends TaskName>(
    name: Name,
    request: Tasks[Name]["request"],
    { signal, onProgress }: AskOptions = {},
  ): Promise<Tasks[Name]["result"]> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.failure) return Promise.reject(this.failure);
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const abort = () => {
        if (!this.waiting.delete(id)) return;
        this.post({ abort: id });
        reject(signal?.reason);
      };
      const end =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", abort);
          then(value);
        };
      signal?.addEventListener("abort", abort);
      this.waiting.set(id, { resolve: end(resolve as (result: unknown) => void), reject: end(reject), onProgress });
      this.post({ id, name, request } as Question);
    });
  }

  private post(question: Question): void {
    this.worker.postMessage(question);
  }

  private receive(answer: Answer): void {
    this.hasAnswered = true;
    const waiting = this.waiting.get(answer.id);
    if (!waiting) return;
    if ("progress" in answer) {
      waiting.onProgress?.(answer.progress);
      return;
    }
    this.waiting.delete(answer.id);
    if ("error" in answer) waiting.reject(new WorkerError(answer.error, answer.canRetry === true));
    else waiting.resolve(answer.result);
  }

  private failAll(error: Error): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of all) reject(error);
  }
}
