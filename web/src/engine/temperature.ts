/** What the core makes of the scores: weights at one temperature, and the entropy of every row over all of them. */
import { type Scores, size } from "../state/scores";
import type { DescribedMap } from "./described-map";
import type { Engine } from "./engine";
import type { AttentionInputs, AttentionOptions, Tensor, TensorShape } from "./heed";

type Attending = Pick<Engine, "attention" | "describe">;

/** 0.01 to 100, twenty a decade. */
export const temperatures: readonly number[] = Array.from({ length: 81 }, (_, i) => 10 ** (-2 + i / 20));

/** Queries that are the scores themselves against keys that are the axes: q·k is the score, the scale 1. */
const axes = (): Tensor => ({
  data: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  shape: [1, 1, size, size],
});

export function weightsAt(
  engine: Attending,
  scores: Scores,
  temperature: number,
  causal: boolean,
): Promise<DescribedMap> {
  const query: Tensor = { data: Float32Array.from(scores), shape: [1, 1, size, size] };
  const inputs = { query, key: axes(), value: axes() };
  return described(engine, inputs, { scale: 1, temperature, causal });
}

async function described(engine: Attending, inputs: AttentionInputs, options: AttentionOptions): Promise<DescribedMap> {
  const { weights, visibleKeys } = await engine.attention(inputs, { ...options, weights: true });
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  const [, , queries, keys] = weights.shape;
  return engine.describe({ weights: weights.data, queries, keys, visibleKeys: visibleKeys.data });
}

/** Entropies, (queries × temperatures): one call, a row for each query at each temperature. */
export async function entropyOver(
  engine: Attending,
  scores: Scores,
  causal: boolean,
): Promise<Pick<DescribedMap, "entropy" | "normalisedEntropy">> {
  const rows = size * temperatures.length;
  const queryOf = (row: number) => Math.floor(row / temperatures.length);
  const query = Float32Array.from({ length: rows * size }, (_, i) => {
    const row = Math.floor(i / size);
    const score = scores[queryOf(row) * size + (i % size)] as number;
    return score / (temperatures[row % temperatures.length] as number);
  });
  // Rows of one query lie side by side, so that what it may see is said by a mask.
  const seen = Uint8Array.from({ length: rows * size }, (_, i) =>
    causal && i % size > queryOf(Math.floor(i / size)) ? 0 : 1,
  );
  const inputs = { query: { data: query, shape: [1, 1, rows, size] } satisfies Tensor, key: axes(), value: axes() };
  const mask = { data: seen, shape: [1, 1, rows, size] } satisfies { data: Uint8Array; shape: TensorShape };
  return described(engine, inputs, { scale: 1, mask });
}
