import { loadHeed } from "../heed";
import { LoadError, startedOnce } from "../modules/load-module";
import type { Answer, TaskMessage, Tasks } from "../protocol";
import type { WorkerScope } from "../workers/message-scope";
import { serveRequests } from "../workers/serve-requests";
import { isCoreTask, performInCore } from "./core-tasks";

/** Does the tasks that arrive with a core of its own, which the first one loads. */
export function serve(scope: WorkerScope<TaskMessage, Answer>): void {
  const heed = startedOnce(loadHeed);
  serveRequests<Tasks>(scope, async (task) =>
    isCoreTask(task) ? performInCore(await heed(), task) : (await labTasks()).performInLab(task),
  );
}

/** What heed-lab does comes when it is first asked for: the first figures need none of it. */
async function labTasks() {
  try {
    return await import("./lab-tasks");
  } catch (error) {
    throw new LoadError(`The script of the lab could not be loaded: ${error}.`);
  }
}
