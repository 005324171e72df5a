import { listenToWorker, type PoolWorker } from "./liveness";

/**
 * One worker, or what stands in for it where it cannot be started: what was asked until then is asked once more. What a worker
 * that had started died of, memory most likely, is not tried on the page's own thread.
 */
export class WorkerOrStandIn<Question> extends EventTarget implements PoolWorker {
  #worker: PoolWorker | undefined;
  /** Null once the worker has started. */
  #asked: Question[] | null = [];
  #isOpen = true;

  /** Whether there is a worker, or its stand-in: what happens to it later is no failure to start. */
  get hasStarted(): boolean {
    return this.#asked === null;
  }

  constructor(start: () => PoolWorker, standIn: () => PoolWorker) {
    super();
    const fallBack = () => this.#use(standIn(), (why) => this.#fail(why));
    try {
      this.#use(start(), (why, hasStarted) => (hasStarted ? this.#fail(why) : fallBack()));
    } catch {
      fallBack();
    }
  }

  postMessage(question: Question) {
    this.#asked?.push(question);
    this.#worker?.postMessage(question);
  }

  terminate() {
    this.#isOpen = false;
    this.#worker?.terminate();
  }

  #use(worker: PoolWorker, failed: (why: string, hasStarted: boolean) => void) {
    this.#worker?.terminate();
    this.#worker = worker;
    listenToWorker(worker, {
      start: () => {
        this.#asked = null;
      },
      answer: (data) => {
        if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data }));
      },
      fail: (why, hasStarted) => {
        if (this.#isOpen && worker === this.#worker) failed(why, hasStarted);
      },
    });
    for (const question of this.#asked ?? []) worker.postMessage(question);
  }

  #fail(message: string) {
    this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message }));
  }
}
