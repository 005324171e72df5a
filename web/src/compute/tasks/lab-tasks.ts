import { type Lab, loadLab } from "../lab";
import type { LabTasks } from "../lab-protocol";
import { givenHeads } from "../maps/given-heads";
import { randomHeads } from "../maps/head-set";
import { type Performers, performTask, type TaskMessage } from "../protocol";

export const labTasks: Performers<Lab, LabTasks> = {
  scaling: (lab, request) => lab.scalingExperiment(request),
  attentionCosts: (lab, works) => works.map((work) => lab.attentionCost(work)),
  attentionMemories: (lab, needs) => needs.map((need) => lab.attentionMemory(need)),
  generationStep: (lab, options) => lab.generationStep(options),
  layerSteps: (lab, request) => lab.layerSteps(request),
  randomHeads,
  givenHeads,
  subtract: (lab, { a, b }) => lab.subtract(a, b),
  writeReversal: (lab, { file, letters }) => lab.writeReversal(file, letters),
  wordOrder: (lab, request) => lab.wordOrder(request),
  workedExample: (lab, request) => lab.workedExample(request),
};

/** Does a task of heed-lab, which is loaded if it has not been yet. */
export const performInLab = async (task: TaskMessage) => performTask(labTasks, await loadLab(), task);
