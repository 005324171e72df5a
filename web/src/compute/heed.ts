/** The engine by itself: attention in C++, through WebAssembly, without figures and without workers. @module heed */
import type {
  AttentionInputs,
  AttentionOptions,
  AttentionResult,
  EntropyMeasures,
  HandmadeOptions,
  KnownCells,
  LongHead,
  LongHeadInputs,
  MapMargins,
  MultiHeadInputs,
  MultiHeadResult,
  Notebook,
  NotebookOptions,
  Tensor,
  WeightRows,
  WeightStatistics,
  WeightsBlock,
  WeightsInputs,
} from "./core/heed-core.js";
import { startCore } from "./modules/load-core";

export type {
  AttentionInputs,
  AttentionMap,
  AttentionOptions,
  AttentionResult,
  Bias,
  EntropyMeasures,
  HandmadeOptions,
  HeadRows,
  KnownCells,
  LongHead,
  LongHeadInputs,
  MapMargins,
  MapRequest,
  Mask,
  MultiHeadInputs,
  MultiHeadResult,
  Notebook,
  NotebookOptions,
  Tensor,
  TensorShape,
  WeightRows,
  WeightStatistics,
  WeightsBlock,
  WeightsInputs,
} from "./core/heed-core.js";
export { LoadError } from "./modules/load-module";

/**
 * The core. Tensors are row-major `{ data, shape: [batch, heads, length, dim] }`; results are owned by JavaScript. Every
 * function throws an `Error` that names the shapes or values that do not fit, and a `RangeError` that names the size where
 * memory does not suffice.
 */
export interface Heed {
  /**
   * softmax(QKᵀ/√d_k)V with the options of the ONNX operator Attention. By default the streaming way, whose memory does not
   * grow with queries × keys; `weights: true` also returns the weights and logits (`logits: false` leaves those out).
   * `reuse` is an earlier result that is no longer needed: its arrays are written over where they have the right length.
   */
  attention(inputs: AttentionInputs, options?: AttentionOptions): AttentionResult;
  /** The weights of a block of queries × keys of one head, recomputed from Q, K and the log-sum-exp that `attention` returned. */
  attentionWeights(inputs: WeightsInputs, block: WeightsBlock, options?: AttentionOptions): Tensor;
  /** concat(head_i) W^O with head_i = Attention(x W_i^Q, x W_i^K, x W_i^V), for x of shape [batch, 1, length, dModel]. */
  multiHeadAttention(inputs: MultiHeadInputs, options?: AttentionOptions): MultiHeadResult;
  /** Tokens, weights and projections of the source experiment, drawn from NumPy's legacy generator. */
  notebook(options?: NotebookOptions): Notebook;
  /**
   * One head whose matrix of weights is never formed: `rows` gives the log-sum-exp and entropy of queries, `map` the largest
   * weight and the sum of each block of a part. Freed with `delete()`, or when it is no longer reached. No mask, no bias.
   */
  longHead(inputs: LongHeadInputs, options?: AttentionOptions): LongHead;
  /** A long head built by hand (local, strided and a sink): Q and K of shape [1, 1, tokens, 64], without a copy in JavaScript. */
  handmadeLongHead(handmade?: HandmadeOptions, options?: AttentionOptions): LongHead;
  /** What rows and columns of a long head's blocks add up to, where perhaps not all of their queries are known yet. */
  mapMargins(cells: KnownCells): MapMargins;
  /** H / ln(visible keys), 0 where at most one key is visible; both as `attention` returns them. */
  normalisedEntropy(entropy: Tensor, visibleKeys: Tensor): Tensor;
  /** Entropies of queries in other units, and the largest that they can be; both as `attention` returns them. */
  entropyMeasures(entropy: Tensor, visibleKeys: Tensor): EntropyMeasures;
  /** Entropy in nats, sum, largest and smallest weight of each row of weights, wherever they come from. */
  weightRows(weights: Tensor): WeightRows;
  /** Statistics of the weights of which `weightRows` returned the rows, which may come from several calls, joined. */
  rowStatistics(rows: WeightRows, keys: number): WeightStatistics;
  /**
   * How many keys each query may see, as far as weights alone tell: where nothing follows the diagonal, or that of queries behind
   * cached keys, the head counts as causal. `end` is that of `weightRows`.
   */
  visibleKeysOfWeights(end: Tensor, keys: number): Tensor;
  /** Mean, largest and smallest of all weights, and the mean of the entropies. */
  weightStatistics(weights: Tensor, entropy: Tensor): WeightStatistics;
}

/** Loads the core: in browsers, workers and Node 20 or newer. Throws LoadError with a sentence that says what is wrong. */
export async function loadHeed(): Promise<Heed> {
  const core = await startCore();
  return {
    attention: (inputs, options = {}) => core.attention(inputs, options),
    attentionWeights: (inputs, block, options = {}) => core.attentionWeights(inputs, block, options),
    multiHeadAttention: (inputs, options = {}) => core.multiHeadAttention(inputs, options),
    notebook: (options = {}) => core.notebook(options),
    longHead: (inputs, options = {}) => present(core.longHead(inputs, options)),
    handmadeLongHead: (handmade = {}, options = {}) => present(core.handmadeLongHead(handmade, options)),
    mapMargins: (cells) => core.mapMargins(cells),
    normalisedEntropy: (entropy, visibleKeys) => core.normalisedEntropy(entropy, visibleKeys),
    entropyMeasures: (entropy, visibleKeys) => core.entropyMeasures(entropy, visibleKeys),
    weightRows: (weights) => core.weightRows(weights),
    rowStatistics: (rows, keys) => core.rowStatistics(rows, keys),
    visibleKeysOfWeights: (end, keys) => core.visibleKeysOfWeights(end, keys),
    weightStatistics: (weights, entropy) => core.weightStatistics(weights, entropy),
  };
}

/** The binding's types allow a null that its functions never return: they throw. */
function present(head: LongHead | null): LongHead {
  if (!head) throw new Error("the core made no long head");
  return head;
}
