import type { AttentionInputs, AttentionOptions, Heed, Notebook, Tensor } from "../heed";

/** What a reader sets. Names as in the source experiment; `dModel` must be divisible by `heads`. */
export interface NotebookOptions {
  /** How many. */
  tokens: number;
  /** The width of a token. */
  dModel: number;
  /** How many heads there are beside the single one. */
  heads: number;
  /** Of NumPy's legacy generator. */
  seed: number;
  /** Whether later tokens are hidden. */
  causal: boolean;
  /** Divides the logits. */
  temperature: number;
}

/** One attention map with its statistics. Matrices are row-major, (queries × keys); a row is a query. */
export interface HeadMap {
  /** How many rows. */
  queries: number;
  /** How many columns. */
  keys: number;
  /** (queries × keys). */
  weights: Float32Array;
  /** Per query, in nats; ln(visibleKeys) is its upper bound. */
  entropy: Float32Array;
  /** Per query: the entropy as a share of ln(visibleKeys), 0 where one key is visible. */
  normalisedEntropy: Float32Array;
  /** Per query: ln(visibleKeys), the most that its entropy can be, in nats. */
  largestEntropy: Float32Array;
  /** Per query, how many keys it sees. */
  visibleKeys: Float32Array;
  /** (queries × keys), 1 where the query may see the key. Without it a query sees the first of the keys. */
  visible?: Uint8Array;
  /** Over all cells, hidden ones included. */
  meanWeight: number;
  /** Over all cells. */
  maxWeight: number;
  /** Over all cells, hidden ones included. */
  minWeight: number;
  /** Over the queries, in nats. */
  meanEntropy: number;
}

/** Bytes of weights that one experiment may take: a tab that asks for more is closed by its browser on small devices. */
const largestWeights = 1e9;

const bytesOf = ({ tokens, heads }: NotebookOptions) => (heads + 1) * tokens * tokens * 4;

/** Whether the experiment will be computed, as far as can be told without the core. */
export const canCompute = (options: NotebookOptions) =>
  options.dModel % options.heads === 0 && bytesOf(options) <= largestWeights;

/** Throws RangeError with the size where the experiment's maps together would be too large for a page. */
export function checkSize(options: NotebookOptions) {
  const { tokens, heads } = options;
  const bytes = bytesOf(options);
  if (bytes > largestWeights)
    throw new RangeError(
      `${heads + 1} maps of ${tokens} × ${tokens} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${largestWeights / 1e9} GB. Take fewer tokens or heads.`,
    );
}

/** The last experiment, as its maps are asked for one after the other. */
let last: { key: string; notebook: Notebook } | undefined;

function notebookOf(heed: Heed, { tokens, dModel, heads, seed }: NotebookOptions): Notebook {
  const key = [tokens, dModel, heads, seed].join();
  if (last?.key !== key) last = { key, notebook: heed.notebook({ tokens, dModel, heads, seed }) };
  return last.notebook;
}

/** A map of the source experiment; head −1 is the single head, whose queries, keys and values are the tokens. */
export function notebookMap(heed: Heed, options: NotebookOptions, head: number): HeadMap {
  const { causal, temperature } = options;
  return mapOf(heed, headInputs(heed, options, head), { causal, temperature });
}

/** Q, K and V of one head of the source experiment. */
export function headInputs(heed: Heed, options: NotebookOptions, head: number): AttentionInputs {
  const { x, query, key, value } = notebookOf(heed, options);
  if (head < 0) return { query: x, key: x, value: x };
  return { query: headOf(query, head), key: headOf(key, head), value: headOf(value, head) };
}

function headOf({ data, shape: [batch, , length, dim] }: Tensor, head: number): Tensor {
  return { data: data.subarray(head * length * dim, (head + 1) * length * dim), shape: [batch, 1, length, dim] };
}

/** The map of one head. Where `options.logits`, it says of each cell whether it is visible. */
export function mapOf(heed: Heed, inputs: AttentionInputs, options: AttentionOptions): HeadMap {
  const asked = { ...options, weights: true, logits: options.logits ?? false };
  const { weights, logits, entropy, visibleKeys } = heed.attention(inputs, asked);
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  const { mean, largest, smallest, meanEntropy } = heed.weightStatistics(weights, entropy);
  const measures = heed.entropyMeasures(entropy, visibleKeys);
  const [, , queries, keys] = weights.shape;
  return {
    queries,
    keys,
    weights: weights.data,
    entropy: entropy.data,
    normalisedEntropy: measures.normalised.data,
    largestEntropy: measures.largest.data,
    visibleKeys: visibleKeys.data,
    ...(logits
      ? { visible: Uint8Array.from(logits.data, (logit) => (logit === Number.NEGATIVE_INFINITY ? 0 : 1)) }
      : {}),
    meanWeight: mean,
    maxWeight: largest,
    minWeight: smallest,
    meanEntropy,
  };
}
