import { type Lab, loadLab } from "../lab";
import type { LabTasks } from "../lab-protocol";
import { randomHeads } from "../maps/head-set";
import { type Performers, performTask, type TaskMessage } from "../protocol";

const labTasks: Performers<Lab, LabTasks> = {
  attentionGradients: (lab, { inputs, outputGradient, options = {} }) =>
    lab.attentionGradients(inputs, outputGradient, options),
  scaling: (lab, request) => lab.scalingExperiment(request),
  attentionCosts: (lab, works) => works.map((work) => lab.attentionCost(work)),
  generationStep: (lab, options) => lab.generationStep(options),
  randomHeads,
  subtract: (lab, { a, b }) => lab.subtract(a, b),
  workedExample: (lab, request) => lab.workedExample(request),
};

/** Does a task of heed-lab, which is loaded if it has not been yet. */
export const performInLab = async (task: TaskMessage) => performTask(labTasks, await loadLab(), task);
