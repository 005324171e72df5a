/** One query's look-up in the core: attention with d_k = 2 over points in the plane. */

import type { Engine } from "../../compute/engine";
import type { Tensor } from "../../compute/heed";
import type { Point } from "../../figure/planes/points";
import type { LookUpState } from "./look-up-state";

/** One number a key, all of them the core's. */
export interface LookUp {
  /** q·k */
  readonly scores: Float32Array;
  /** q·k / (√d_k · temperature) */
  readonly scaled: Float32Array;
  readonly weights: Float32Array;
  readonly output: Point;
  /** In nats. */
  readonly entropy: number;
}

const tensorOf = (points: readonly Point[]): Tensor => ({
  data: Float32Array.from(points.flatMap(({ x, y }) => [x, y])),
  shape: [1, 1, points.length, 2],
});

export async function lookUp(
  engine: Pick<Engine, "attention">,
  state: LookUpState,
  signal?: AbortSignal,
): Promise<LookUp> {
  const { count, temperature } = state;
  const inputs = {
    query: tensorOf([state.query]),
    key: tensorOf(state.keys.slice(0, count)),
    value: tensorOf(state.values.slice(0, count)),
  };
  const [unscaled, { logits, weights, output, entropy }] = await Promise.all([
    engine.attention(inputs, { scale: 1, weights: true }, signal),
    engine.attention(inputs, { temperature, weights: true }, signal),
  ]);
  if (!unscaled.logits || !logits || !weights) throw new Error("the core returned no weights");
  const [x = Number.NaN, y = Number.NaN] = output.data;
  return {
    scores: unscaled.logits.data,
    scaled: logits.data,
    weights: weights.data,
    output: { x, y },
    entropy: entropy.data[0] ?? Number.NaN,
  };
}
