import type { Answer, TaskMessage } from "./protocol";
import type { WorkerScope } from "./serve";

/**
 * Stands in for a worker where none can be had (a policy forbids it, a file:// page has no origin to load one from): the
 * same tasks by the same script, on the page's own thread, one a turn.
 */
export class OwnThread extends EventTarget {
  #receive: ((event: MessageEvent<TaskMessage>) => void) | undefined;
  #script: Promise<void> | undefined;
  #isOpen = true;

  /** @param load  gets what a worker's script would do with its global scope */
  constructor(private readonly load: () => Promise<(scope: WorkerScope) => void>) {
    super();
  }

  postMessage(task: TaskMessage) {
    setTimeout(async () => {
      try {
        this.#script ??= this.#start();
        await this.#script;
      } catch {
        if (this.#isOpen) this.dispatchEvent(new Event("error", { cancelable: true }));
        return;
      }
      if (this.#isOpen) this.#receive?.(new MessageEvent("message", { data: task }));
    });
  }

  terminate() {
    this.#isOpen = false;
    this.#receive = undefined;
  }

  async #start() {
    const script = await this.load();
    script({
      addEventListener: (_type, receive) => {
        this.#receive = receive;
      },
      postMessage: (answer: Answer) => {
        if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data: answer }));
      },
    });
  }
}
