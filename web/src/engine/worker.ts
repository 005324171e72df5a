import { loadHeed } from "./heed";
import { LoadError, startedOnce } from "./load-module";
import type { Answer, ErrorKind, TaskMessage } from "./protocol";
import { isCoreTask, performInCore } from "./tasks";
import { buffersIn } from "./transferables";

const heed = startedOnce(loadHeed);

// No `origin` to check: only the page that made a dedicated worker can post to it.
self.addEventListener("message", ({ data }: MessageEvent<TaskMessage>) => void answer(data));

async function answer(task: TaskMessage) {
  try {
    const result = isCoreTask(task) ? performInCore(await heed(), task) : await (await labTasks()).performInLab(task);
    send({ id: task.id, result }, buffersIn(result));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send({ id: task.id, error: { kind: kindOf(error), message } });
  }
}

/** What heed-lab does comes when it is first asked for: the first figures need none of it. */
async function labTasks() {
  try {
    return await import("./lab-tasks");
  } catch (error) {
    throw new LoadError(`The script of the lab could not be loaded: ${error}.`);
  }
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof LoadError) return "load";
  return error instanceof RangeError ? "memory" : "input";
}

function send(answer: Answer, transfer: Transferable[] = []) {
  self.postMessage(answer, { transfer });
}
