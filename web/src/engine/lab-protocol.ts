import type { AttentionInputs, Tensor } from "./heed";
import type { AttentionGradients, GradientOptions } from "./lab";

/** What a worker can be asked that heed-lab computes, and what it answers. */
export interface LabTasks {
  /** ∂loss/∂Q, ∂K, ∂V (and of a bias) where `outputGradient` is ∂loss/∂output, of attention's output's shape. */
  attentionGradients: {
    request: { inputs: AttentionInputs; outputGradient: Tensor; options?: GradientOptions };
    result: AttentionGradients;
  };
}
