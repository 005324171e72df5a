import type { Tensor } from "./heed";
import type {
  AttentionCost,
  AttentionMemory,
  AttentionSteps,
  AttentionWork,
  GenerationOptions,
  GenerationStep,
  LayerRequest,
  LayerSteps,
  MemoryNeed,
  Reversal,
  ScalingRequest,
  ScalingResult,
  WordOrder,
  WordOrderRequest,
  WorkedExampleOptions,
} from "./lab";
import type { GivenHeads, GivenHeadsRequest } from "./maps/given-heads";
import type { HeadSet, RandomHeadsRequest } from "./maps/head-set";

/** What a worker can be asked that heed-lab computes, and what it answers. */
export interface LabTasks {
  /** What dividing by √d_k does to the softmax of random queries and keys; each d_k is a task of its own. */
  scaling: { request: ScalingRequest; result: ScalingResult };
  /** Parameters and multiply-adds of several pieces of work. */
  attentionCosts: { request: AttentionWork[]; result: AttentionCost[] };
  /** Bytes that several models need for caches and weights. */
  attentionMemories: { request: MemoryNeed[]; result: AttentionMemory[] };
  generationStep: { request: GenerationOptions; result: GenerationStep };
  /** One layer of a transformer with the given weights, every vector on the way. */
  layerSteps: { request: LayerRequest; result: LayerSteps };
  /** What an encoder-decoder, whose file is given, writes for a word, and what its three attentions look at. */
  writeReversal: { request: { file: Uint8Array; letters: number[] }; result: Reversal };
  randomHeads: { request: RandomHeadsRequest; result: HeadSet };
  /** Heads of a reader's weights. */
  givenHeads: { request: GivenHeadsRequest; result: GivenHeads };
  /** a − b. */
  subtract: { request: { a: Tensor; b: Tensor }; result: Tensor };
  /** What positions and another order do to attention between a few words. */
  wordOrder: { request: WordOrderRequest; result: WordOrder };
  /** Small random Q, K and V, and every number on the way from them to the output. */
  workedExample: { request: WorkedExampleOptions; result: AttentionSteps };
}
