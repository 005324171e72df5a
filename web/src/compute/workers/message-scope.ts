import { started } from "./liveness";

/** What a worker's global scope offers to do its work with; a stand-in for a worker offers the same. */
export interface WorkerScope<Question, Answer> {
  addEventListener(type: "message" | "messageerror", receive: (event: MessageEvent<Question>) => void): void;
  postMessage(answer: Answer | typeof started, options: { transfer: Transferable[] }): void;
}

/** What a worker's script does with its global scope. */
export type WorkerScript<Question, Answer> = (scope: WorkerScope<Question, Answer>) => void;

/** Hears questions in a worker, and says that its script has started. */
export function hear<Question, Answer>(scope: WorkerScope<Question, Answer>, receive: (question: Question) => void) {
  // No `origin` to check: only the page that made a dedicated worker can post to it.
  scope.addEventListener("message", ({ data }) => receive(data));
  // Which question it was cannot be told, so the worker ends: an error is what the page hears.
  scope.addEventListener("messageerror", () => {
    throw new Error("a question to it could not be read");
  });
  scope.postMessage(started, { transfer: [] });
}
