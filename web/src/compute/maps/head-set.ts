import type { HeadMetrics, Lab, Merge, Tensor } from "../lab";
import type { HeadMap } from "./notebook-maps";

/** Heads beside each other, of whatever origin: what each looks at, and how unlike they are. */
export interface HeadSet {
  /** (1, heads, queries, keys); heads of several layers one after the other. */
  weights: Tensor;
  /** (1, heads, queries, 1). */
  visibleKeys: Tensor;
  /** Of each head, as `HeadMap.visible`. */
  visible?: readonly HeadMap["visible"][];
  metrics: HeadMetrics[];
  /** (1, 1, heads, heads), in nats. */
  divergence: Tensor;
  /** The heads, so that those that are alike lie together. */
  order: number[];
  /** How they group, by rising divergence. */
  merges: Merge[];
  /** Share of attention that goes to what followed the same token earlier, where tokens repeat. */
  induction?: readonly number[];
  /** How far the output moves without one head, for each of them: ‖output′ − output‖ / ‖output‖; empty where that is not known. */
  alone: Float32Array;
  /** The same without all of those that are off. */
  shift: number;
  pair: HeadPair;
  /** The weights of the pair's first head less those of its second. */
  difference: Tensor;
}

export type HeadPair = readonly [number, number];

/**
 * Where there is no pair, or not in these heads, it is the head that attends to the nearest keys and the one that attends to the
 * farthest; where there are no distances, the two that are least alike.
 */
export function describeHeads(
  lab: Lab,
  heads: Pick<HeadSet, "weights" | "visibleKeys" | "alone" | "shift">,
  pair: HeadPair | null,
  /** The position of query 0 among the keys; undefined where they are of another sequence. */
  offset: number | undefined,
): HeadSet {
  const { weights, visibleKeys } = heads;
  const divergence = lab.headDivergence(weights);
  const count = weights.shape[1];
  const metrics = lab.headMetrics(weights, visibleKeys, offset ?? 0);
  const others = () => (offset === undefined ? leastAlike(divergence.data, count) : nearestAndFarthest(metrics));
  const [a, b] = pair && Math.max(...pair) < count ? pair : others();
  return {
    ...heads,
    metrics,
    divergence,
    ...lab.orderBySimilarity(divergence),
    pair: [a, b],
    difference: lab.subtract(weightsOf(weights, a), weightsOf(weights, b)),
  };
}

function nearestAndFarthest(metrics: readonly HeadMetrics[]): HeadPair {
  const distances = metrics.map(({ meanDistance }) => meanDistance);
  // Of distances that are not numbers, which weights of 0 have, none is found.
  const at = (index: number) => Math.max(0, index);
  return [at(distances.indexOf(Math.min(...distances))), at(distances.lastIndexOf(Math.max(...distances)))];
}

function leastAlike(divergence: Float32Array, heads: number): HeadPair {
  // Of heads that are all equal the first two.
  const first = Math.min(1, heads - 1);
  const place = divergence.reduce((most, apart, i) => (apart > (divergence[most] as number) ? i : most), first);
  return [Math.floor(place / heads), place % heads];
}

/** The weights of one head. */
export function weightsOf({ data, shape: [, , queries, keys] }: Tensor, head: number): Tensor {
  const size = queries * keys;
  return { data: data.subarray(head * size, (head + 1) * size), shape: [1, 1, queries, keys] };
}

export interface RandomHeadsRequest {
  tokens: number;
  heads: number;
  seed: number;
  /** Numbers of heads that count as 0; those that there are not are left out. */
  off: readonly number[];
  pair: HeadPair | null;
}

/** Causal heads of the source experiment, d_model 64. */
export function randomHeads(lab: Lab, { tokens, heads, seed, off, pair }: RandomHeadsRequest): HeadSet {
  const there = off.filter((head) => head < heads);
  const options = { tokens, heads, seed, dModel: 64, causal: true, off: there };
  const { weights, visibleKeys, alone, shift } = lab.randomHeads(options);
  return describeHeads(lab, { weights, visibleKeys, alone: alone.data, shift }, pair, 0);
}
