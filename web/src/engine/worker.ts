import { type Heed, LoadError, loadHeed } from "./heed";
import type { Answer, ErrorKind, TaskMessage } from "./protocol";
import { perform } from "./tasks";

let loading: Promise<Heed> | undefined;

// No `origin` to check: only the page that made a dedicated worker can post to it.
self.addEventListener("message", ({ data }: MessageEvent<TaskMessage>) => void answer(data));

async function answer(task: TaskMessage) {
  try {
    loading ??= loadHeed();
    const { result, transfer = [] } = perform(await loading, task);
    send({ id: task.id, result }, transfer);
  } catch (error) {
    if (error instanceof LoadError) loading = undefined; // the next task tries again
    const message = error instanceof Error ? error.message : String(error);
    send({ id: task.id, error: { kind: kindOf(error), message } });
  }
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof LoadError) return "load";
  return error instanceof RangeError ? "memory" : "input";
}

function send(answer: Answer, transfer: Transferable[] = []) {
  self.postMessage(answer, { transfer });
}
