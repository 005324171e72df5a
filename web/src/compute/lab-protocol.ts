import type { AttentionInputs, Tensor } from "./heed";
import type {
  AttentionCost,
  AttentionGradients,
  AttentionSteps,
  AttentionWork,
  GenerationOptions,
  GenerationStep,
  GradientOptions,
  ScalingRequest,
  ScalingResult,
  WorkedExampleOptions,
} from "./lab";
import type { HeadSet, RandomHeadsRequest } from "./maps/head-set";

/** What a worker can be asked that heed-lab computes, and what it answers. */
export interface LabTasks {
  /** ∂loss/∂Q, ∂K, ∂V (and of a bias) where `outputGradient` is ∂loss/∂output, of attention's output's shape. */
  attentionGradients: {
    request: { inputs: AttentionInputs; outputGradient: Tensor; options?: GradientOptions };
    result: AttentionGradients;
  };
  /** What dividing by √d_k does to the softmax of random queries and keys; each d_k is a task of its own. */
  scaling: { request: ScalingRequest; result: ScalingResult };
  /** Parameters and multiply-adds of several pieces of work. */
  attentionCosts: { request: AttentionWork[]; result: AttentionCost[] };
  generationStep: { request: GenerationOptions; result: GenerationStep };
  randomHeads: { request: RandomHeadsRequest; result: HeadSet };
  /** a − b. */
  subtract: { request: { a: Tensor; b: Tensor }; result: Tensor };
  /** Small random Q, K and V, and every number on the way from them to the output. */
  workedExample: { request: WorkedExampleOptions; result: AttentionSteps };
}
