/** An engine whose requests of the lab are answered by a lab that is loaded in this process, copied and transferred as a worker does it. */
import type { Engine } from "../../web/src/compute/engine";
import { loadLab } from "../../web/src/compute/lab";
import type { LabTasks } from "../../web/src/compute/lab-protocol";
import { performTask, type TaskMessage } from "../../web/src/compute/protocol";
import { labTasks } from "../../web/src/compute/tasks/lab-tasks";
import { buffersIn } from "../../web/src/compute/workers/transferables";

export async function labEngine(): Promise<Pick<Engine, "lab">> {
  const lab = await loadLab();
  const answer = async (name: keyof LabTasks, request: unknown) => {
    const result = performTask(labTasks, lab, structuredClone({ id: 0, name, request }) as TaskMessage);
    return structuredClone(result, { transfer: buffersIn(result) });
  };
  return { lab: answer } as unknown as Pick<Engine, "lab">;
}
