import { expect, it, vi } from "vitest";
import { initialState } from "../../../web/src/explorer/state";
import { TextTasks, type TextTasksContext } from "../../../web/src/explorer/text-tasks";
import type { ModelWorker } from "../../../web/src/explorer/worker/client";

it("what goes wrong when a token is replaced is said", async () => {
  const say = vi.fn();
  const change = vi.fn();
  const ask = async () => {
    throw new Error("the worker that runs the model stopped");
  };
  const page = { state: () => initialState, change, say } as unknown as TextTasksContext;
  await new TextTasks({ ask } as unknown as ModelWorker, page).replace(2, "Clara");
  expect(say).toHaveBeenCalledWith("The worker that runs the model stopped.");
  expect(change).not.toHaveBeenCalled();
});
