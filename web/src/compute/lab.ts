import type { MainModule } from "./core/heed-lab.js";
import { startLab } from "./modules/load-lab";
import { startedOnce } from "./modules/load-module";

export type ScalingRequest = Parameters<MainModule["scalingExperiment"]>[0];
export type {
  AttentionCost,
  AttentionGradients,
  AttentionSteps,
  Difference,
  GenerationStep,
  HeadMetrics,
  Merge,
  Model,
  ScaledSoftmax,
  ScalingResult,
  Spread,
  Tensor,
  Trainer,
} from "./core/heed-lab.js";
export type GradientOptions = Parameters<MainModule["attentionGradients"]>[2];
export type AttentionWork = Parameters<MainModule["attentionCost"]>[0];
export type GenerationOptions = Parameters<MainModule["generationStep"]>[0];
export type WorkedExampleOptions = Parameters<MainModule["workedExample"]>[0];

/** heed-lab: what the explanation needs beyond attention itself. Its functions throw as those of `Heed` do. */
export type Lab = MainModule;

/** The lab, loaded by the first call. Throws LoadError. */
export const loadLab = startedOnce<Lab>(startLab);
