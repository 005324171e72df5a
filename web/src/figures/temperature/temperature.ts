/** What the core makes of the scores: weights at one temperature, and the entropy of every row over all of them. */

import type { Engine } from "../../compute/engine";
import type { AttentionInputs, Tensor } from "../../compute/heed";
import type { DescribedMap, Entropies } from "../../compute/maps/described-map";
import { type Scores, size } from "./scores";

/** 0.01 to 100, twenty a decade. */
export const temperatures: readonly number[] = Array.from({ length: 81 }, (_, i) => 10 ** (-2 + i / 20));

/** Queries that are the scores themselves against keys that are the axes: q·k is the score, the scale 1. */
const axes = (): Tensor => ({
  data: Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0)),
  shape: [1, 1, size, size],
});

const inputsOf = (scores: Scores): AttentionInputs => ({
  query: { data: Float32Array.from(scores), shape: [1, 1, size, size] },
  key: axes(),
  value: axes(),
});

export async function weightsAt(
  engine: Pick<Engine, "attention" | "describe">,
  scores: Scores,
  temperature: number,
  causal: boolean,
  signal?: AbortSignal,
): Promise<DescribedMap> {
  const options = { scale: 1, temperature, causal, weights: true };
  const { weights, visibleKeys } = await engine.attention(inputsOf(scores), options, signal);
  if (!weights) throw new Error("attention returned no weights though they were asked for");
  const [, , queries, keys] = weights.shape;
  return engine.describe({ weights: weights.data, queries, keys, visibleKeys: visibleKeys.data }, signal);
}

/** Entropies, (queries × temperatures). */
export const entropyOver = (
  engine: Pick<Engine, "entropyCurves">,
  scores: Scores,
  causal: boolean,
  signal?: AbortSignal,
): Promise<Entropies> =>
  engine.entropyCurves({ inputs: inputsOf(scores), options: { scale: 1, causal }, temperatures }, signal);
