import { failureOf } from "../failure";
import { loadLab } from "../lab";
import { hear, type WorkerScope } from "../workers/message-scope";
import { buffersIn } from "../workers/transferables";
import type { TrainingAnswer, TrainingEvent, TrainingMessage } from "./training-protocol";
import { TrainingRun } from "./training-run";
import { performInRun } from "./training-tasks";

/** Does what a session asks of its run, which the first message begins. */
export function serveTraining(scope: WorkerScope<TrainingMessage, TrainingAnswer | TrainingEvent>): void {
  let run: TrainingRun | undefined;
  const send = (message: TrainingAnswer | TrainingEvent, transfer: Transferable[] = []) =>
    scope.postMessage(message, { transfer });
  const answer = async (message: TrainingMessage) => {
    try {
      const lab = await loadLab();
      run ??= TrainingRun.begin(lab, message, send, nextTurn);
      const result = performInRun(run, message);
      send({ id: message.id, result }, buffersIn(result));
    } catch (error) {
      send({ id: message.id, error: failureOf(error) });
    }
  };
  hear(scope, (message) => void answer(message));
}

const { port1, port2 } = new MessageChannel();

/** After the messages that wait. Timers would be held up, by 4 ms each. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });
}
