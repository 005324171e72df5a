import type { AttentionInputs, AttentionOptions, AttentionResult, Tensor, TensorShape } from "../heed";
import type { WorkerPool } from "../workers/pool";

/** Units of work for each worker: enough that they end together, few enough that K and V are not copied too often. */
const unitsPerWorker = 2;

/**
 * Attention on several workers: each unit is a block of queries of one head. What is sent is copied, because an ArrayBuffer
 * that is shared needs a page that is isolated. Errors are those of `Heed.attention`.
 */
export async function parallelAttention(
  pool: WorkerPool,
  inputs: AttentionInputs,
  options: AttentionOptions,
  signal?: AbortSignal,
): Promise<AttentionResult> {
  const { query, key, value } = inputs;
  // What does not fit is for the core to refuse, in its words and with the shapes as they were given.
  if (!canBeDivided(inputs, options)) return pool.run("attention", () => ({ request: { inputs, options } }), signal);
  const [batches, heads, queries] = query.shape;
  const kvHeads = key.shape[1];
  const units = batches * heads;

  const blocks = Math.min(queries, Math.max(1, Math.ceil((pool.size * unitsPerWorker) / units)));
  const rows = Math.ceil(queries / blocks);
  const parts: Promise<void>[] = [];
  const joined = new Joined([batches, heads, queries]);
  for (let b = 0; b < batches; b++)
    for (let h = 0; h < heads; h++)
      // The last queries first: under a causal mask they take longest, and workers then end together.
      for (let first = (Math.ceil(queries / rows) - 1) * rows; first >= 0; first -= rows) {
        const count = Math.min(rows, queries - first);
        const kv = Math.floor((h * kvHeads) / heads);
        const make = () => {
          const unit = {
            query: block(query, b, h, first, count),
            key: block(key, b, kv, 0, key.shape[2]),
            value: block(value, b, kv, 0, value.shape[2]),
          };
          const tensors = Object.values(unit);
          return {
            request: { inputs: unit, options: optionsOfBlock(options, b, h, first, count) },
            transfer: tensors.map(({ data }) => data.buffer),
          };
        };
        const at = (b * heads + h) * queries + first;
        parts.push(pool.run("attention", make, signal).then((result) => joined.take(at, result)));
      }
  await Promise.all(parts);
  return joined.result;
}

function canBeDivided({ query, key, value }: AttentionInputs, { mask, bias, keyLengths }: AttentionOptions): boolean {
  if (![query, key, value].every((tensor) => tensor?.data instanceof Float32Array && fitsItsShape(tensor)))
    return false;
  const [batches, heads, queries] = query.shape;
  const [, kvHeads, keys] = key.shape;
  const full = [batches, heads, queries, keys];
  const broadcasts = (tensor: typeof mask | typeof bias) =>
    !tensor ||
    (fitsItsShape(tensor) &&
      tensor.shape.length >= 1 &&
      tensor.shape.length <= 4 &&
      aligned(tensor.shape).every((axis, i) => axis === 1 || axis === full[i]));
  return (
    batches * heads * queries > 0 &&
    heads % kvHeads === 0 &&
    [key, value].every(({ shape }) => shape[0] === batches && shape[1] === kvHeads && shape[2] === keys) &&
    broadcasts(mask) &&
    broadcasts(bias) &&
    (!keyLengths || keyLengths.length === batches)
  );
}

const fitsItsShape = ({ data, shape }: { data: ArrayLike<number>; shape: ArrayLike<number> }) =>
  shape && Array.from(shape).reduce((product, axis) => product * axis, 1) === data?.length;

/** Four axes, aligned at the right: (queries, keys) is (1, 1, queries, keys). */
const aligned = (shape: ArrayLike<number>) => [1, 1, 1, 1, ...Array.from(shape)].slice(-4) as TensorShape;

/** A copy of some rows of one head; axes of 1 are broadcast. */
function block<Data extends Float32Array | Uint8Array>(
  { data, shape }: { data: Data; shape: ArrayLike<number> },
  b: number,
  h: number,
  first: number,
  count: number,
): { data: Data; shape: TensorShape } {
  const [batches, heads, length, dim] = aligned(shape);
  const rows = length === 1 ? 1 : count;
  const start = (((batches === 1 ? 0 : b) * heads + (heads === 1 ? 0 : h)) * length + (length === 1 ? 0 : first)) * dim;
  return { data: data.slice(start, start + rows * dim) as Data, shape: [1, 1, rows, dim] };
}

function optionsOfBlock(options: AttentionOptions, b: number, h: number, first: number, count: number) {
  const { mask, bias, keyLengths, queryOffset = 0 } = options;
  const own: AttentionOptions = { ...options, queryOffset: queryOffset + first };
  if (mask) own.mask = block(mask, b, h, first, count);
  if (bias) own.bias = block(bias, b, h, first, count);
  if (keyLengths) own.keyLengths = [keyLengths[b] ?? Number.NaN];
  return own;
}

const names = ["output", "logSumExp", "entropy", "visibleKeys", "weights", "logits"] as const;

/** The whole result; what a worker returns is copied into it as it comes, so that no weights are held twice. */
class Joined {
  readonly #tensors: Partial<Record<keyof AttentionResult, Tensor>> = {};

  constructor(private readonly rows: readonly [batches: number, heads: number, queries: number]) {}

  /** `at`: the first of its rows among those of all heads. */
  take(at: number, result: AttentionResult): void {
    for (const name of names) {
      const part = result[name];
      if (!part) continue;
      const dim = part.shape[3];
      const [batches, heads, queries] = this.rows;
      this.#tensors[name] ??= {
        data: new Float32Array(batches * heads * queries * dim),
        shape: [batches, heads, queries, dim],
      };
      this.#tensors[name].data.set(part.data, at * dim);
    }
  }

  get result(): AttentionResult {
    const { output, logSumExp, entropy, visibleKeys, weights, logits } = this.#tensors;
    if (!output || !logSumExp || !entropy || !visibleKeys) throw new Error("attention returned no result");
    return { output, logSumExp, entropy, visibleKeys, weights, logits };
  }
}
