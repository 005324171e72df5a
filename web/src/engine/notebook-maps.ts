import type { AttentionInputs, Heed, Tensor } from "./heed";

/** What a reader sets. Names as in the source experiment; `dModel` must be divisible by `heads`. */
export interface NotebookOptions {
  tokens: number;
  dModel: number;
  heads: number;
  seed: number;
  causal: boolean;
  temperature: number;
}

/** One attention map with its statistics. Matrices are row-major, (queries × keys); a row is a query. */
export interface HeadMap {
  queries: number;
  keys: number;
  weights: Float32Array;
  /** Per query, in nats; ln(visibleKeys) is its upper bound. */
  entropy: Float32Array;
  normalisedEntropy: Float32Array;
  visibleKeys: Float32Array;
  meanWeight: number;
  maxWeight: number;
  minWeight: number;
  meanEntropy: number;
}

/** A map as soon as it is computed; `head` is −1 for the single head, whose queries, keys and values are the tokens. */
export interface NotebookPart {
  head: number;
  map: HeadMap;
}

/** Bytes of weights that one experiment may take: a tab that is asked for more is closed by its browser on small devices. */
const largestWeights = 1e9;

/** The maps of the source experiment, one at a time: first the single head, then each of the heads. */
export function* notebookMaps(heed: Heed, options: NotebookOptions): Generator<NotebookPart> {
  const { tokens, heads } = options;
  const bytes = (heads + 1) * tokens * tokens * 4;
  if (bytes > largestWeights)
    throw new RangeError(
      `${heads + 1} maps of ${tokens} × ${tokens} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${largestWeights / 1e9} GB. Take fewer tokens or heads.`,
    );
  const { x, query, key, value } = heed.notebook(options);
  yield { head: -1, map: mapOf(heed, { query: x, key: x, value: x }, options) };
  for (let head = 0; head < heads; head++) {
    const inputs = { query: headOf(query, head), key: headOf(key, head), value: headOf(value, head) };
    yield { head, map: mapOf(heed, inputs, options) };
  }
}

function headOf({ data, shape: [batch, , length, dim] }: Tensor, head: number): Tensor {
  return { data: data.subarray(head * length * dim, (head + 1) * length * dim), shape: [batch, 1, length, dim] };
}

function mapOf(heed: Heed, inputs: AttentionInputs, { causal, temperature }: NotebookOptions): HeadMap {
  const { weights, entropy, visibleKeys } = heed.attention(inputs, {
    causal,
    temperature,
    weights: true,
    logits: false,
  });
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  const { mean, largest, smallest, meanEntropy } = heed.weightStatistics(weights, entropy);
  const [, , queries, keys] = weights.shape;
  return {
    queries,
    keys,
    weights: weights.data,
    entropy: entropy.data,
    normalisedEntropy: heed.normalisedEntropy(entropy, visibleKeys).data,
    visibleKeys: visibleKeys.data,
    meanWeight: mean,
    maxWeight: largest,
    minWeight: smallest,
    meanEntropy,
  };
}
