import type { Heed, TensorShape } from "./heed";
import type { HeadMap } from "./notebook-maps";

/** Weights of one head, whoever computed them: row-major, (queries × keys). */
export interface GivenWeights {
  /** (queries × keys). */
  weights: Float32Array;
  /** How many rows. */
  queries: number;
  /** How many columns. */
  keys: number;
  /** Keys that each query sees, where that is known. */
  visibleKeys?: Float32Array;
}

/** A map with what each of its rows adds up to. */
export interface DescribedMap extends HeadMap {
  /** Per query. */
  sums: Float32Array;
}

/**
 * Entropies, sums and statistics of weights. Where it is not known what queries see, what lies right of the diagonal counts as
 * hidden if all of it is 0.
 */
export function describeMap(heed: Heed, given: GivenWeights): DescribedMap {
  const { weights, queries, keys } = given;
  const shape: TensorShape = [1, 1, queries, keys];
  const rows = heed.weightRows({ data: weights, shape });
  const visibleKeys = given.visibleKeys ?? guessVisibleKeys(given);
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

function guessVisibleKeys({ weights, queries, keys }: GivenWeights): Float32Array {
  const isCausal = queries === keys && queries > 1 && isLowerTriangular(weights, keys);
  return Float32Array.from({ length: queries }, (_, query) => (isCausal ? query + 1 : keys));
}

function isLowerTriangular(weights: Float32Array, size: number): boolean {
  for (let query = 0; query < size; query++)
    for (let key = query + 1; key < size; key++) if (weights[query * size + key] !== 0) return false;
  return true;
}
