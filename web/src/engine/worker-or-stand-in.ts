import type { PoolWorker } from "./pool";

/** One worker, or what stands in for it where it cannot be started: what was asked until then is asked once more. */
export class WorkerOrStandIn<Question> extends EventTarget implements PoolWorker {
  #worker: PoolWorker | undefined;
  /** Null once something has answered. */
  #unheard: Question[] | null = [];
  #isOpen = true;

  constructor(start: () => PoolWorker, standIn: () => PoolWorker) {
    super();
    const fallBack = () => this.#use(standIn(), (event) => this.#fail(event));
    try {
      this.#use(start(), (event) => (this.#unheard ? fallBack() : this.#fail(event)));
    } catch {
      fallBack();
    }
  }

  postMessage(question: Question) {
    this.#unheard?.push(question);
    this.#worker?.postMessage(question);
  }

  terminate() {
    this.#isOpen = false;
    this.#worker?.terminate();
  }

  #use(worker: PoolWorker, failed: (event: ErrorEvent) => void) {
    this.#worker?.terminate();
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => {
      this.#unheard = null;
      if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data }));
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#isOpen && worker === this.#worker) failed(event);
    });
    for (const question of this.#unheard ?? []) worker.postMessage(question);
  }

  #fail({ message = "" }: Partial<ErrorEvent>) {
    this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message }));
  }
}
