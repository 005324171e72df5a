/** What a worker's global scope offers to do its work with; a stand-in for a worker offers the same. */
export interface WorkerScope<Question, Answer> {
  addEventListener(type: "message", receive: (event: MessageEvent<Question>) => void): void;
  postMessage(answer: Answer, options: { transfer: Transferable[] }): void;
}

/** What a worker's script does with its global scope. */
export type WorkerScript<Question, Answer> = (scope: WorkerScope<Question, Answer>) => void;

/**
 * Stands in for a worker where none can be had (a policy forbids it, a file:// page has no origin to load one from): the
 * same tasks by the same script, on the page's own thread, one a turn.
 */
export class OwnThread<Question, Answer> extends EventTarget {
  #receive: ((event: MessageEvent<Question>) => void) | undefined;
  #script: Promise<void> | undefined;
  #isOpen = true;

  constructor(private readonly load: () => Promise<WorkerScript<Question, Answer>>) {
    super();
  }

  postMessage(question: Question) {
    setTimeout(async () => {
      try {
        this.#script ??= this.#start();
        await this.#script;
      } catch {
        if (this.#isOpen) this.dispatchEvent(new Event("error", { cancelable: true }));
        return;
      }
      if (this.#isOpen) this.#receive?.(new MessageEvent("message", { data: question }));
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
      postMessage: (answer) => {
        if (this.#isOpen) this.dispatchEvent(new MessageEvent("message", { data: answer }));
      },
    });
  }
}
