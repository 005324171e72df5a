import type { Heed, TensorShape } from "./heed";
import type { HeadMap } from "./notebook-maps";

/** Weights of one head, whoever computed them: row-major, (queries × keys). */
export interface GivenWeights {
  weights: Float32Array;
  queries: number;
  keys: number;
}

/** A map with what each of its rows adds up to. */
export interface DescribedMap extends HeadMap {
  sums: Float32Array;
}

/** Entropies, sums and statistics of weights. What lies right of the diagonal counts as hidden where all of it is 0. */
export function describeMap(heed: Heed, { weights, queries, keys }: GivenWeights): DescribedMap {
  const shape: TensorShape = [1, 1, queries, keys];
  const rows = heed.weightRows({ data: weights, shape });
  const isCausal = queries === keys && queries > 1 && isLowerTriangular(weights, keys);
  const visibleKeys = Float32Array.from({ length: queries }, (_, query) => (isCausal ? query + 1 : keys));
  const { mean, largest, smallest, meanEntropy } = heed.weightStatistics({ data: weights, shape }, rows.entropy);
  const visible = { data: visibleKeys, shape: rows.entropy.shape };
  return {
    queries,
    keys,
    weights,
    entropy: rows.entropy.data,
    normalisedEntropy: heed.normalisedEntropy(rows.entropy, visible).data,
    visibleKeys,
    sums: rows.sum.data,
    meanWeight: mean,
    maxWeight: largest,
    minWeight: smallest,
    meanEntropy,
  };
}

function isLowerTriangular(weights: Float32Array, size: number): boolean {
  for (let query = 0; query < size; query++)
    for (let key = query + 1; key < size; key++) if (weights[query * size + key] !== 0) return false;
  return true;
}
