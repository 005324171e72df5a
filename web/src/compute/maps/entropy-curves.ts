import type { AttentionInputs, AttentionOptions, Heed, Tensor } from "../heed";
import { type Entropies, entropiesOf } from "./described-map";

/** One head, and the temperatures at which the entropies of its queries are wanted. */
export interface EntropyCurvesRequest {
  inputs: AttentionInputs;
  options: AttentionOptions;
  temperatures: readonly number[];
}

/** Row-major, (queries × temperatures). In a worker. */
export function entropyCurves(heed: Heed, { inputs, options, temperatures }: EntropyCurvesRequest): Entropies {
  const queries = inputs.query.shape[2];
  const curves = (): Tensor => ({
    data: new Float32Array(queries * temperatures.length),
    shape: [1, 1, queries, temperatures.length],
  });
  const [all, visible] = [curves(), curves()];
  for (const [at, temperature] of temperatures.entries()) {
    const { entropy, visibleKeys } = heed.attention(inputs, { ...options, temperature });
    for (let query = 0; query < queries; query++) {
      all.data[query * temperatures.length + at] = entropy.data[query] as number;
      visible.data[query * temperatures.length + at] = visibleKeys.data[query] as number;
    }
  }
  return entropiesOf(all.data, heed.entropyMeasures(all, visible));
}
