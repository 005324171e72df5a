import { failureOf } from "../failure";
import type { AnswerMessage, RequestMessage, ResultOf } from "../requests";
import { hear, type WorkerScope } from "./message-scope";
import { buffersIn } from "./transferables";

/** Does what is asked of a worker, and answers with the result, whose arrays are transferred, or with what went wrong. */
export function serveRequests<Tasks, Event = never>(
  scope: WorkerScope<RequestMessage<Tasks>, AnswerMessage<Tasks> | Event>,
  perform: (task: RequestMessage<Tasks>) => Promise<ResultOf<Tasks, keyof Tasks>>,
): void {
  const answer = async (task: RequestMessage<Tasks>) => {
    const { id } = task;
    try {
      const result = await perform(task);
      scope.postMessage({ id, result }, { transfer: buffersIn(result) });
    } catch (error) {
      scope.postMessage({ id, error: failureOf(error) }, { transfer: [] });
    }
  };
  hear(scope, (task) => void answer(task));
}
