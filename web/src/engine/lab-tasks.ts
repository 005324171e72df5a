import { type Lab, loadLab } from "./lab";
import type { LabTasks } from "./lab-protocol";
import { type Performers, performTask, type TaskMessage } from "./protocol";

const labTasks: Performers<Lab, LabTasks> = {
  attentionGradients: (lab, { inputs, outputGradient, options = {} }) =>
    lab.attentionGradients(inputs, outputGradient, options),
  scaling: (lab, request) => lab.scalingExperiment(request),
  workedExample: (lab, request) => lab.workedExample(request),
};

/** Does a task of heed-lab, which is loaded if it has not been yet. */
export const performInLab = async (task: TaskMessage) => performTask(labTasks, await loadLab(), task);
