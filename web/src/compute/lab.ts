import type { MainModule } from "./core/heed-lab.js";
import { startLab } from "./modules/load-lab";
import { startedOnce } from "./modules/load-module";

export type ScalingRequest = Parameters<MainModule["scalingExperiment"]>[0];
export type {
  AttentionCost,
  AttentionMemory,
  AttentionSteps,
  Difference,
  GenerationStep,
  HeadMetrics,
  LayerSteps,
  Merge,
  Model,
  Reversal,
  ScaledSoftmax,
  ScalingResult,
  Spread,
  Tensor,
  Trainer,
  WordOrder,
} from "./core/heed-lab.js";
export type LayerRequest = Parameters<MainModule["layerSteps"]>[0];
export type WordOrderRequest = Parameters<MainModule["wordOrder"]>[0];
export type AttentionWork = Parameters<MainModule["attentionCost"]>[0];
export type MemoryNeed = Parameters<MainModule["attentionMemory"]>[0];
export type GenerationOptions = Parameters<MainModule["generationStep"]>[0];
export type WorkedExampleOptions = Parameters<MainModule["workedExample"]>[0];

/** heed-lab: what the explanation needs beyond attention itself. Its functions throw as those of `Heed` do. */
export type Lab = MainModule;

/** The lab, loaded by the first call. Throws LoadError. */
export const loadLab = startedOnce<Lab>(startLab);
