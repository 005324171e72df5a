/** The numbers of attention's steps, matrix by matrix as the figure shows them. */
import type { AttentionSteps } from "../../compute/lab";
import type { MatrixName } from "./steps-state";

export type StepsValues = Readonly<Record<MatrixName, ArrayLike<number>>>;

export function valuesOf(result: AttentionSteps): StepsValues {
  const { query, key, value, scores, scaled, masked, weights, output } = result;
  const [, , keys, dim] = key.shape;
  const onItsSide = Float32Array.from(key.data, (_, i) => key.data[(i % keys) * dim + Math.floor(i / keys)] ?? 0);
  return {
    Q: query.data,
    K: onItsSide,
    V: value.data,
    scores: scores.data,
    scaled: scaled.data,
    masked: masked.data,
    weights: weights.data,
    output: output.data,
  };
}

/** How many decimals say all there is to say: what is given has one, so that a score has two. */
export const decimalsOf = (matrix: MatrixName): number => (matrix === "Q" || matrix === "K" || matrix === "V" ? 1 : 2);

/**
 * How far a number's colour is from the paper, from 0 to 1; NaN where the mask hides it. Signed numbers have 0 in the middle;
 * scores share one scale whether scaled or masked, and outputs that of the values.
 */
export function shadesOf(values: StepsValues): Readonly<Record<MatrixName, Float32Array>> {
  const largest = (matrix: MatrixName) =>
    Array.from(values[matrix]).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const about0 = (matrix: MatrixName, most: number) =>
    Float32Array.from(values[matrix], (value) =>
      Number.isFinite(value) ? (1 + Math.max(-1, Math.min(1, value / most))) / 2 : Number.NaN,
    );
  const [scores, value] = [largest("scores"), largest("V")];
  return {
    Q: about0("Q", largest("Q")),
    K: about0("K", largest("K")),
    V: about0("V", value),
    scores: about0("scores", scores),
    scaled: about0("scaled", scores),
    masked: about0("masked", scores),
    weights: Float32Array.from(values.weights, (weight, i) => (values.masked[i] === -Infinity ? Number.NaN : weight)),
    output: about0("output", value),
  };
}
