import type { Heed } from "../../web/src/engine/heed";
import { WorkerPool } from "../../web/src/engine/pool";
import type { Answer, TaskMessage } from "../../web/src/engine/protocol";
import { performInCore } from "../../web/src/engine/tasks";

/** A worker on the same thread: answers in a later turn, and can die. */
export class FakeWorker extends EventTarget {
  static posted: TaskMessage[] = [];
  constructor(private readonly heed: Heed) {
    super();
  }

  isAlive = true;
  /** Dies at this task instead of answering. */
  diesAt: TaskMessage["name"] | undefined;

  postMessage(message: TaskMessage) {
    FakeWorker.posted.push(message);
    setTimeout(() => {
      if (!this.isAlive) return;
      if (this.diesAt === message.name) {
        this.isAlive = false;
        this.dispatchEvent(Object.assign(new Event("error", { cancelable: true }), { message: "out of memory" }));
        return;
      }
      this.dispatchEvent(new MessageEvent("message", { data: this.#answer(message) }));
    });
  }

  #answer(message: TaskMessage): Answer {
    try {
      return { id: message.id, result: performInCore(this.heed, message) };
    } catch (error) {
      return { id: message.id, error: { kind: "input", message: (error as Error).message } };
    }
  }

  terminate() {
    this.isAlive = false;
  }
}

/** `dying`: for each worker in turn, the task at which it dies. */
export function fakePool(heed: Heed, size = 2, dying: (TaskMessage["name"] | undefined)[] = []) {
  FakeWorker.posted = [];
  return new WorkerPool(size, () => {
    const worker = new FakeWorker(heed);
    worker.diesAt = dying.shift();
    return worker as unknown as Worker;
  });
}
