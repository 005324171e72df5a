/** Ways to look at weights, each of which the figure names: without the sink, only the largest, of several queries together. Pure. */

export interface SquareWeights {
  readonly queries: number;
  readonly keys: number;
  readonly weights: Float32Array;
  readonly visibleKeys: Float32Array;
}

/** Rows without what goes to token 0, the rest scaled to add up to 1 again; a row that gives all to it stays 0. */
export function withoutFirst<M extends SquareWeights>(map: M): M {
  const { keys } = map;
  const weights = map.weights.slice();
  for (let from = 0; from < weights.length; from += keys) {
    const rest = 1 - (weights[from] ?? 0);
    weights[from] = 0;
    for (let at = from + 1; at < from + keys; at++) weights[at] = rest > 0 ? (weights[at] ?? 0) / rest : 0;
  }
  return { ...map, weights };
}

/** The largest `percent` of the visible weights; the others count as 0. At least one is left. */
export function largestShare<M extends SquareWeights>(map: M, percent: number): M {
  if (percent >= 100) return map;
  const visible = map.visibleKeys.reduce((sum, count) => sum + count, 0);
  const count = Math.max(1, Math.round((visible * percent) / 100));
  const least = [...map.weights].sort((a, b) => b - a)[count - 1] ?? 0;
  return { ...map, weights: map.weights.map((weight) => (weight >= least ? weight : 0)) };
}

/** What each key gets from these queries, added up. */
export function received({ keys, weights }: SquareWeights, queries: readonly number[]): Float32Array {
  const sums = new Float32Array(keys);
  for (const query of queries)
    for (let key = 0; key < keys; key++) sums[key] = (sums[key] ?? 0) + (weights[query * keys + key] ?? 0);
  return sums;
}
