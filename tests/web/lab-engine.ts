/** An engine whose requests of the lab are answered at once, by a lab that is loaded in this process. */
import type { Engine } from "../../web/src/compute/engine";
import { loadLab } from "../../web/src/compute/lab";
import type { LabTasks } from "../../web/src/compute/lab-protocol";
import { performTask, type TaskMessage } from "../../web/src/compute/protocol";
import { labTasks } from "../../web/src/compute/tasks/lab-tasks";

export async function labEngine(): Promise<Pick<Engine, "lab">> {
  const lab = await loadLab();
  const answer = async (name: keyof LabTasks, request: unknown) =>
    performTask(labTasks, lab, { id: 0, name, request } as TaskMessage);
  return { lab: answer } as unknown as Pick<Engine, "lab">;
}
