import { describeHeads, type HeadPair, type HeadSet } from "./head-set";
import type { Lab, Model, Tensor } from "./lab";

export interface TrainedHeadsRequest {
  /** What the model reads. */
  tokens: number[];
  /** Numbers of heads that count as 0, those of the second layer after those of the first. */
  off: readonly number[];
  pair: HeadPair | null;
}

/**
 * The heads of a trained model while it reads a sequence. Its weights are those of the whole model; what the output moves by
 * without some heads is that of its predictions.
 */
export function trainedHeads(lab: Lab, model: Model, { tokens, off, pair }: TrainedHeadsRequest): HeadSet {
  const { layers, heads } = model.info;
  const places = Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));
  const whole = model.run(tokens, []);
  const maps = whole.maps.flat();
  const joined = (part: "weights" | "visibleKeys", dim: number): Tensor => {
    const data = new Float32Array(maps.length * tokens.length * dim);
    for (const [i, map] of maps.entries()) data.set(map[part], i * tokens.length * dim);
    return { data, shape: [1, maps.length, tokens.length, dim] };
  };
  const predictions = (data: Float32Array): Tensor => ({ data, shape: [1, 1, 1, data.length] });
  const shiftWithout = (without: readonly number[]) => {
    const missing = without.flatMap((head) => places[head] ?? []);
    if (missing.length === 0) return 0;
    const { probabilities } = model.run(tokens, missing);
    return lab.difference(predictions(probabilities), predictions(whole.probabilities)).relative;
  };
  const weights = joined("weights", tokens.length);
  return {
    ...describeHeads(
      lab,
      {
        weights,
        visibleKeys: joined("visibleKeys", 1),
        alone: Float32Array.from(places, (_, head) => shiftWithout([head])),
        shift: shiftWithout(off),
      },
      pair,
    ),
    induction: lab.headScores(weights, tokens).map(({ induction }) => induction),
  };
}
