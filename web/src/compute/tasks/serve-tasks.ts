import { failureOf } from "../failure";
import { loadHeed } from "../heed";
import { LoadError, startedOnce } from "../modules/load-module";
import type { Answer, TaskMessage } from "../protocol";
import { hear, type WorkerScope } from "../workers/message-scope";
import { buffersIn } from "../workers/transferables";
import { isCoreTask, performInCore } from "./core-tasks";

/** Does the tasks that arrive with a core of its own, which the first one loads; what goes wrong is an answer too. */
export function serve(scope: WorkerScope<TaskMessage, Answer>): void {
  const heed = startedOnce(loadHeed);
  const answer = async (task: TaskMessage) => {
    try {
      const result = isCoreTask(task) ? performInCore(await heed(), task) : await (await labTasks()).performInLab(task);
      scope.postMessage({ id: task.id, result }, { transfer: buffersIn(result) });
    } catch (error) {
      scope.postMessage({ id: task.id, error: failureOf(error) }, { transfer: [] });
    }
  };
  hear(scope, (task) => void answer(task));
}

/** What heed-lab does comes when it is first asked for: the first figures need none of it. */
async function labTasks() {
  try {
    return await import("./lab-tasks");
  } catch (error) {
    throw new LoadError(`The script of the lab could not be loaded: ${error}.`);
  }
}
