import type { Lab, Model, Tensor } from "../lab";
import { describeHeads, type HeadPair, type HeadSet } from "../maps/head-set";

export interface TrainedHeadsRequest {
  /** What the model reads. */
  tokens: number[];
  pair: HeadPair | null;
}

export interface TrainedShiftRequest {
  tokens: number[];
  /** Numbers of heads that count as 0, those of the second layer after those of the first. */
  off: readonly number[];
}

/** The heads of a trained model while it reads a sequence, all of them on; what moves without one is its predictions. */
export function trainedHeads(lab: Lab, model: Model, { tokens, pair }: TrainedHeadsRequest): HeadSet {
  const whole = model.run(tokens, []);
  const maps = whole.maps.flat();
  const joined = (part: "weights" | "visibleKeys", dim: number): Tensor => {
    const data = new Float32Array(maps.length * tokens.length * dim);
    for (const [i, map] of maps.entries()) data.set(map[part], i * tokens.length * dim);
    return { data, shape: [1, maps.length, tokens.length, dim] };
  };
  const weights = joined("weights", tokens.length);
  const alone = Float32Array.from(maps, (_, head) => shiftFrom(lab, model, whole.probabilities, tokens, [head]));
  return {
    ...describeHeads(lab, { weights, visibleKeys: joined("visibleKeys", 1), alone, shift: 0 }, pair, 0),
    induction: lab.headScores(weights, tokens, model.info.options.causal === true).map(({ induction }) => induction),
  };
}

/** How far the model's predictions move without some heads: ‖p′ − p‖ / ‖p‖ over all places. */
export const trainedShift = (lab: Lab, model: Model, { tokens, off }: TrainedShiftRequest): number =>
  shiftFrom(lab, model, model.run(tokens, []).probabilities, tokens, off);

function shiftFrom(lab: Lab, model: Model, whole: Float32Array, tokens: number[], off: readonly number[]): number {
  const { layers, heads } = model.info;
  const missing = off
    .filter((head) => head < layers * heads)
    .map((head) => ({ layer: Math.floor(head / heads), head: head % heads }));
  if (missing.length === 0) return 0;
  const predictions = (data: Float32Array): Tensor => ({ data, shape: [1, 1, 1, data.length] });
  return lab.difference(predictions(model.run(tokens, missing).probabilities), predictions(whole)).relative;
}
