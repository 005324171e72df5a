/** What the core makes of scores that are given, and of a bias and a mask: a block of a map at a time, so that little is held twice. */
import type { HeadMap } from "../../compute/client";
import type { Engine } from "../../compute/engine";
import type { AttentionOptions, TensorShape } from "../../compute/heed";
import type { ExtraScores } from "./extra-scores";

type Core = Pick<Engine, "attention">;

const cellsOfBlock = 2 ** 22;
const largest = 3.4028234663852886e38;

const column = (length: number) => ({ data: new Float32Array(length), shape: [1, 1, length, 1] as TensorShape });

/**
 * Scores divided by a temperature: the logits of a query of 1, whose keys are the scores. What was finite stays so: the core takes
 * −∞ alone for a hidden key, and a row of finfo.min, which stands for one that sees nothing, for an even share at any temperature.
 */
export async function atTemperature(scores: Float32Array, temperature: number, core: Core): Promise<Float32Array> {
  if (temperature === 1) return scores;
  const divided = new Float32Array(scores.length);
  for (let first = 0; first < scores.length; first += cellsOfBlock) {
    const data = scores.subarray(first, first + cellsOfBlock);
    const key = { data, shape: [1, 1, data.length, 1] as TensorShape };
    const query = { data: Float32Array.of(1), shape: [1, 1, 1, 1] as TensorShape };
    const { logits } = await core.attention({ query, key, value: key }, { scale: 1, temperature, weights: true });
    if (!logits) throw new Error("attention returned no logits though they were asked for");
    for (let i = 0; i < data.length; i++) {
      const logit = logits.data[i] as number;
      divided[first + i] = Number.isFinite(data[i]) ? Math.max(-largest, Math.min(largest, logit)) : logit;
    }
  }
  return divided;
}

/** One head: what is added to its scores of 0, which given scores are as a whole, and what else hides keys. */
export interface ScoresOfHead extends ExtraScores {
  readonly queries: number;
  readonly keys: number;
  /** Causal, and from which position on. */
  readonly options: AttentionOptions;
}

export async function softmaxOf(
  head: ScoresOfHead,
  core: Core,
): Promise<Pick<HeadMap, "weights" | "visibleKeys" | "visible">> {
  const weights = new Float32Array(head.queries * head.keys);
  const seen = new Seen(head);
  for await (const block of blocksOf(head, core)) {
    weights.set(block.weights, block.first * head.keys);
    seen.take(block);
  }
  return { weights, ...seen.result };
}

/** Which keys each query sees, where it does not see all. */
export async function visibleOf(head: ScoresOfHead, core: Core): Promise<Pick<HeadMap, "visible">> {
  const seen = new Seen(head);
  for await (const block of blocksOf(head, core)) seen.take(block);
  const { visible } = seen.result;
  return visible ? { visible } : {};
}

interface Block {
  /** The first of its queries. */
  readonly first: number;
  readonly weights: Float32Array;
  readonly logits: Float32Array;
  readonly visibleKeys: Float32Array;
}

async function* blocksOf({ queries, keys, bias, mask, options }: ScoresOfHead, core: Core): AsyncGenerator<Block> {
  const height = Math.max(1, Math.floor(cellsOfBlock / keys));
  const offset = options.queryOffset ?? 0;
  for (let first = 0; first < queries; first += height) {
    const count = Math.min(height, queries - first);
    const { weights, logits, visibleKeys } = await core.attention(
      { query: column(count), key: column(keys), value: column(keys) },
      {
        ...options,
        queryOffset: offset + first,
        ...(bias ? { bias: rowsOf(bias, first, count) } : {}),
        ...(mask ? { mask: rowsOf(mask, first, count) } : {}),
        weights: true,
      },
    );
    if (!weights || !logits) throw new Error("attention returned no weights though they were asked for");
    yield { first, weights: weights.data, logits: logits.data, visibleKeys: visibleKeys.data };
  }
}

/** Of one head; one row for all queries stays one. */
function rowsOf<Data extends Float32Array | Uint8Array>(
  { data, shape: [, , rows = 1, columns = 1] }: { readonly data: Data; readonly shape: readonly number[] },
  first: number,
  count: number,
) {
  const all = { data, shape: [1, 1, rows, columns] };
  if (rows === 1) return all;
  return { data: data.subarray(first * columns, (first + count) * columns) as Data, shape: [1, 1, count, columns] };
}

class Seen {
  /** Hidden keys may be any, so that their number does not say which; there where any is hidden. */
  private visible: Uint8Array | undefined;
  private readonly visibleKeys: Float32Array;

  constructor(private readonly head: ScoresOfHead) {
    this.visibleKeys = new Float32Array(head.queries);
  }

  take({ first, logits, visibleKeys }: Block): void {
    const { queries, keys } = this.head;
    this.visibleKeys.set(visibleKeys, first);
    for (let row = 0; row < visibleKeys.length; row++) {
      if (visibleKeys[row] === keys) continue;
      this.visible ??= new Uint8Array(queries * keys).fill(1);
      const start = (first + row) * keys;
      for (let key = 0; key < keys; key++)
        if (logits[row * keys + key] === Number.NEGATIVE_INFINITY) this.visible[start + key] = 0;
    }
  }

  get result(): Pick<HeadMap, "visibleKeys" | "visible"> {
    const { visible, visibleKeys } = this;
    return { visibleKeys, ...(visible ? { visible } : {}) };
  }
}
