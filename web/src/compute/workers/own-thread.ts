import type { WorkerScript } from "./message-scope";

/**
 * Stands in for a worker where none can be had (a policy forbids it, a file:// page has no origin to load one from): the
 * same tasks by the same script, on the page's own thread, one a turn. Messages are copied and transferred as a worker's are.
 */
export class OwnThread<Question, Answer> extends EventTarget {
  #receive: ((event: MessageEvent<Question>) => void) | undefined;
  #script: Promise<void> | undefined;
  #isOpen = true;

  constructor(private readonly load: () => Promise<WorkerScript<Question, Answer>>) {
    super();
  }

  postMessage(question: Question, given: Transferable[] | StructuredSerializeOptions = {}) {
    const data = structuredClone(question, Array.isArray(given) ? { transfer: given } : given);
    setTimeout(async () => {
      if (!this.#isOpen) return;
      try {
        this.#script ??= this.#start();
        await this.#script;
      } catch {
        if (this.#isOpen) this.dispatchEvent(new Event("error", { cancelable: true }));
        return;
      }
      this.#receive?.(new MessageEvent("message", { data }));
    });
  }

  terminate() {
    this.#isOpen = false;
    this.#receive = undefined;
  }

  async #start() {
    const script = await this.load();
    if (!this.#isOpen) return;
    script({
      addEventListener: (type, receive) => {
        if (type === "message") this.#receive = receive;
      },
      postMessage: (answer, options) => {
        const data = structuredClone(answer, options);
        if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data }));
      },
    });
  }
}
