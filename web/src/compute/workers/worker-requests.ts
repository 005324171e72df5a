import { EngineError, Superseded } from "../errors";
import type { AnswerMessage, RequestMessage, RequestOf, ResultOf } from "../requests";
import { listenToWorker } from "./liveness";
import type { WorkerOrStandIn } from "./worker-or-stand-in";

interface Waiting {
  readonly name: PropertyKey;
  readonly resolve: (result: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly answered: Promise<unknown>;
}

export interface RequestEvents<Event> {
  /** What the worker tells unasked. */
  readonly event?: (event: Event) => void;
  /** The worker could not be started, or died: what an error says of it. `why` may be empty. */
  readonly explain: (why: string, hasStarted: boolean) => string;
  /** After all that waited has been rejected. */
  readonly failed?: (message: string) => void;
}

/** Asks one worker, which is ended by `close`, or where it fails. */
export class WorkerRequests<Tasks, Event extends { event: string } = never> {
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #failed: EngineError | undefined;

  constructor(
    private readonly worker: Pick<
      WorkerOrStandIn<RequestMessage<Tasks>>,
      "postMessage" | "terminate" | "addEventListener"
    >,
    private readonly events: RequestEvents<Event>,
  ) {
    listenToWorker<AnswerMessage<Tasks> | Event>(worker, {
      answer: (data) => ("event" in data ? events.event?.(data) : this.#receive(data)),
      fail: (why, hasStarted) => this.#fail(events.explain(why, hasStarted)),
    });
  }

  /** Rejects with EngineError, Superseded once closed, or the signal's reason; the worker does what it was asked all the same. */
  ask<Name extends keyof Tasks>(
    name: Name,
    request: RequestOf<Tasks, Name>,
    signal?: AbortSignal,
  ): Promise<ResultOf<Tasks, Name>> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#failed) return Promise.reject(this.#failed);
    const id = ++this.#lastId;
    const settled = new AbortController();
    let waiting: Pick<Waiting, "resolve" | "reject"> | undefined;
    const result = new Promise<ResultOf<Tasks, Name>>((resolve, reject) => {
      waiting = { resolve, reject };
    });
    const answered = result.catch(() => {}).finally(() => settled.abort());
    if (waiting) this.#waiting.set(id, { ...waiting, name, answered });
    const abort = () => {
      this.#waiting.get(id)?.reject(signal?.reason);
      this.#waiting.delete(id);
    };
    signal?.addEventListener("abort", abort, { signal: settled.signal });
    this.worker.postMessage({ id, name, request } as RequestMessage<Tasks>);
    return result;
  }

  /** When the request of this name that waits has its answer, if there is one. */
  answerTo(name: keyof Tasks): Promise<unknown> | undefined {
    return [...this.#waiting.values()].find((waiting) => waiting.name === name)?.answered;
  }

  /** Ends the worker; `what` is said of later requests. */
  close(what: string): void {
    this.#end(new Superseded(what));
    this.#failed ??= new EngineError("input", what);
  }

  #receive(answer: AnswerMessage<Tasks>) {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new EngineError(answer.error.kind, answer.error.message));
    else waiting?.resolve(answer.result as never);
  }

  #fail(message: string) {
    this.#failed = new EngineError("load", message);
    this.#end(this.#failed);
    this.events.failed?.(message);
  }

  #end(reason: Error) {
    this.worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
