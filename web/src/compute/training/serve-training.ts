import { loadLab } from "../lab";
import type { WorkerScope } from "../workers/message-scope";
import { serveRequests } from "../workers/serve-requests";
import type { TrainingAnswer, TrainingEvent, TrainingMessage, TrainingTasks } from "./training-protocol";
import { TrainingRun } from "./training-run";
import { performInRun } from "./training-tasks";

/** Does what a session asks of its run, which the first message begins. */
export function serveTraining(scope: WorkerScope<TrainingMessage, TrainingAnswer | TrainingEvent>): void {
  let run: TrainingRun | undefined;
  const tell = (event: TrainingEvent) => scope.postMessage(event, { transfer: [] });
  serveRequests<TrainingTasks, TrainingEvent>(scope, async (message) => {
    const lab = await loadLab();
    run ??= TrainingRun.begin(lab, message, tell, nextTurn);
    return performInRun(run, message);
  });
}

const { port1, port2 } = new MessageChannel();

/** After the messages that wait. Timers would be held up, by 4 ms each. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}
