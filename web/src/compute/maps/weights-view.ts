import type { Lab, Tensor } from "../lab";
import type { HeadMap } from "./notebook-maps";

/** Another way to look at the weights of a map. */
export interface WeightsViewRequest {
  map: HeadMap;
  /** Whether what goes to token 0 is left out, the rest adding up to 1. */
  withoutFirst: boolean;
  /** Of the visible weights, the largest of which are kept: from 0 to 1. */
  share: number;
  /** Queries whose weights are added up. */
  queries: number[];
}

export interface WeightsView {
  /** The weights as they are looked at; entropies and statistics are of whole rows, before the largest are chosen. */
  map: HeadMap;
  /** Per query, how many keys its entropy is over. */
  countedKeys: Float32Array;
  /** What each key gets from the queries, added up. */
  received: Float32Array;
}

/** In a worker that has the lab. */
export function weightsView(lab: Lab, { map, withoutFirst, share, queries }: WeightsViewRequest): WeightsView {
  const given: Tensor = { data: map.weights, shape: [1, 1, map.queries, map.keys] };
  const visible: Tensor = { data: map.visibleKeys, shape: [1, 1, map.queries, 1] };
  // A first key that is hidden has no part in the rows already.
  const rest = withoutFirst && map.visible?.[0] !== 0 ? lab.withoutFirstKey(given, visible) : null;
  const weights = rest?.weights ?? given;
  const counted = rest?.visibleKeys ?? visible;
  const entropy: Tensor = rest?.entropy ?? { data: map.entropy, shape: visible.shape };
  const { normalised, largest } = lab.entropyMeasures(entropy, counted);
  const statistics = lab.weightStatistics(weights, entropy);
  const kept = share < 1 ? lab.largestWeights(weights, counted, share) : weights;
  return {
    map: {
      ...map,
      weights: kept.data,
      entropy: entropy.data,
      normalisedEntropy: normalised.data,
      largestEntropy: largest.data,
      meanWeight: statistics.mean,
      maxWeight: statistics.largest,
      minWeight: statistics.smallest,
      meanEntropy: statistics.meanEntropy,
    },
    countedKeys: counted.data,
    received: lab.receivedFrom(kept, queries).data,
  };
}
