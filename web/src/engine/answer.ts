import { type Heed, LoadError, loadHeed } from "./heed";
import type { Answer, ErrorKind, TaskMessage } from "./protocol";
import { perform } from "./tasks";

let loading: Promise<Heed> | undefined;

/** Does a task with the core of this thread, which the first task loads; what goes wrong is part of the answer. */
export async function answer(task: TaskMessage): Promise<{ answer: Answer; transfer: Transferable[] }> {
  try {
    loading ??= loadHeed();
    const { result, transfer = [] } = perform(await loading, task);
    return { answer: { id: task.id, result }, transfer };
  } catch (error) {
    if (error instanceof LoadError) loading = undefined; // the next task tries again
    const message = error instanceof Error ? error.message : String(error);
    return { answer: { id: task.id, error: { kind: kindOf(error), message } }, transfer: [] };
  }
}

function kindOf(error: unknown): ErrorKind {
  if (error instanceof LoadError) return "load";
  return error instanceof RangeError ? "memory" : "input";
}
