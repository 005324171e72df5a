/** What the core makes of the scores: weights at one temperature, and the entropy of every row over all of them. */
import type { DescribedMap } from "../engine/client";
import { engine } from "../engine/client";
import type { Tensor } from "../engine/heed";
import { type Scores, size } from "../state/scores";

/** 0.01 to 100, twenty a decade. */
export const temperatures: readonly number[] = Array.from({ length: 81 }, (_, i) => 10 ** (-2 + i / 20));

/** Queries that are the scores themselves against keys that are the axes: q·k is the score, the scale 1. */
const axes = (): Tensor => ({
  data: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  shape: [1, 1, size, size],
});

export async function weightsAt(scores: Scores, temperature: number, causal: boolean): Promise<DescribedMap> {
  const query: Tensor = { data: Float32Array.from(scores), shape: [1, 1, size, size] };
  const inputs = { query, key: axes(), value: axes() };
  const { weights, visibleKeys } = await engine.attention(inputs, { scale: 1, temperature, causal, weights: true });
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  return engine.describe({ weights: weights.data, queries: size, keys: size, visibleKeys: visibleKeys.data });
}

/** Entropies in nats, (queries × temperatures): one call, a row for each query at each temperature. */
export async function entropyOver(scores: Scores, causal: boolean): Promise<Float32Array> {
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
  const { entropy } = await engine.attention(inputs, { scale: 1, mask: { data: seen, shape: [1, 1, rows, size] } });
  return entropy.data;
}
