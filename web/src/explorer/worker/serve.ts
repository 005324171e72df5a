/** The worker: one task after the other, those that are no longer wanted left out. */

import { buffersIn } from "../../compute/workers/transferables";
import { messageOf } from "../../model/error-message";
import { SourceError } from "../../models/models";
import { ModelSession } from "./model-session";
import type { Answer, Progress, Question, TaskMessage } from "./protocol";

/** What a worker's own scope is, as far as it is needed here. */
export interface Scope {
  addEventListener(type: "message", receive: (event: MessageEvent<Question>) => void): void;
  postMessage(answer: Answer, options?: { transfer: Transferable[] }): void;
}

export function serve(scope: Scope): void {
  const session = new ModelSession();
  const queue: TaskMessage[] = [];
  const running = new Map<number, AbortController>();
  let isBusy = false;

  async function perform(task: TaskMessage) {
    const { id } = task;
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const onProgress = (progress: Progress) => scope.postMessage({ id, progress });
      const result = await session.perform(task, { signal: controller.signal, onProgress });
      scope.postMessage({ id, result }, { transfer: buffersIn(result) });
    } catch (error) {
      const canRetry = error instanceof SourceError && error.canRetry;
      scope.postMessage({ id, error: messageOf(error), canRetry });
    } finally {
      running.delete(id);
    }
  }

  async function work() {
    if (isBusy) return;
    isBusy = true;
    for (let task = queue.shift(); task; task = queue.shift()) {
      await perform(task);
      // What came meanwhile, an abort too, is heard before the next begins.
      await new Promise((resolve) => setTimeout(resolve));
    }
    isBusy = false;
  }

  scope.addEventListener("message", ({ data }) => {
    if ("abort" in data) {
      running.get(data.abort)?.abort();
      const at = queue.findIndex(({ id }) => id === data.abort);
      if (at >= 0) queue.splice(at, 1);
      return;
    }
    queue.push(data);
    void work();
  });
}
