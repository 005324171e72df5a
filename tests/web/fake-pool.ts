import type { Heed } from "../../web/src/compute/heed";
import type { Answer, TaskMessage } from "../../web/src/compute/protocol";
import { performInCore } from "../../web/src/compute/tasks/core-tasks";
import { started } from "../../web/src/compute/workers/liveness";
import { WorkerPool } from "../../web/src/compute/workers/pool";
import { buffersIn } from "../../web/src/compute/workers/transferables";

/** What becomes of a worker: its script does not load, or it dies at a task, or its answer to one cannot be read. */
export type Fate =
  | "does not load"
  | { readonly diesAt: TaskMessage["name"] }
  | { readonly garbles: TaskMessage["name"] };

/**
 * A worker on the same thread: answers in a later turn, and can die. As between a worker and its page, messages are copied,
 * what is transferred is detached, and what cannot be copied throws.
 */
export class FakeWorker extends EventTarget {
  static posted: TaskMessage[] = [];

  isAlive = true;

  constructor(
    private readonly heed: Heed,
    private readonly fate?: Fate,
  ) {
    super();
    setTimeout(() => {
      if (fate === "does not load") this.#die("");
      else this.#send(started, []);
    });
  }

  postMessage(question: TaskMessage, transfer: Transferable[] = []) {
    const message = structuredClone(question, { transfer });
    FakeWorker.posted.push(message);
    setTimeout(() => {
      const { fate } = this;
      if (!this.isAlive) return;
      if (typeof fate === "object" && "diesAt" in fate && fate.diesAt === message.name) this.#die("out of memory");
      else if (typeof fate === "object" && "garbles" in fate && fate.garbles === message.name)
        this.dispatchEvent(new MessageEvent("messageerror"));
      else this.#answer(message);
    });
  }

  #answer(message: TaskMessage) {
    let answer: Answer;
    try {
      answer = { id: message.id, result: performInCore(this.heed, message) };
    } catch (error) {
      answer = { id: message.id, error: { kind: "input", message: (error as Error).message } };
    }
    this.#send(answer, buffersIn(answer));
  }

  #send(answer: Answer | typeof started, transfer: Transferable[]) {
    const data = structuredClone(answer, { transfer });
    if (this.isAlive) this.dispatchEvent(new MessageEvent("message", { data }));
  }

  #die(message: string) {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message }));
  }

  terminate() {
    this.isAlive = false;
  }
}

/** `fates`: for each worker in turn, what becomes of it. */
export function fakePool(heed: Heed, size = 2, fates: (Fate | undefined)[] = []) {
  FakeWorker.posted = [];
  return new WorkerPool(size, () => new FakeWorker(heed, fates.shift()) as unknown as Worker);
}
