import type { EntropyMeasures, Heed, Tensor, TensorShape, WeightRows } from "../heed";
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

/** Entropies of queries in every unit. */
export interface Entropies {
  /** In nats. */
  entropy: Float32Array;
  /** As a share of the largest; 0 where at most one key is visible. */
  normalisedEntropy: Float32Array;
  /** ln(visible keys). */
  largestEntropy: Float32Array;
  /** In bits. */
  entropyBits: Float32Array;
  /** log₂(visible keys). */
  largestEntropyBits: Float32Array;
  /** exp(H), among how many keys an equal share has the entropy. */
  effectiveKeys: Float32Array;
}

export const entropiesOf = (entropy: Float32Array, measures: EntropyMeasures): Entropies => ({
  entropy,
  normalisedEntropy: measures.normalised.data,
  largestEntropy: measures.largest.data,
  entropyBits: measures.bits.data,
  largestEntropyBits: measures.largestBits.data,
  effectiveKeys: measures.effectiveKeys.data,
});

/** A map with what each of its rows adds up to, and its entropies in every unit. */
export interface DescribedMap extends HeadMap, Entropies {
  /** Per query. */
  sums: Float32Array;
}

/** What a block of rows of one head amounts to, a number for each row. */
export type BlockRows = Record<keyof WeightRows, Float32Array>;

/** Rows of one head, of all its blocks, and what is known of what they see. */
export interface RowsToSum {
  rows: BlockRows;
  /** How many keys each row has. */
  keys: number;
  /** As in `GivenWeights`. */
  visibleKeys?: Float32Array;
}

/** All that is said of a map beside its weights. */
export type MapDescription = Omit<DescribedMap, "queries" | "keys" | "weights">;

/** What a module must be able to do to describe weights: heed-core and heed-lab both can. */
type Describing = Pick<Heed, "weightRows" | "rowStatistics" | "visibleKeysOfWeights" | "entropyMeasures">;

/** Weights of a message to a worker, so that neither of the two has to hold many maps twice. */
const weightsOfBlock = 2 ** 22;

/** Entropy, sum, largest and smallest of each row, (queries × keys). */
export function blockRows(core: Describing, { weights, queries, keys }: GivenWeights): BlockRows {
  const { entropy, sum, largest, smallest, end } = core.weightRows({ data: weights, shape: [1, 1, queries, keys] });
  return { entropy: entropy.data, sum: sum.data, largest: largest.data, smallest: smallest.data, end: end.data };
}

/** Where it is not known what queries see, it is what their weights tell (`Heed.visibleKeysOfWeights`). */
export function sumRows(core: Describing, { rows, keys, visibleKeys }: RowsToSum): MapDescription {
  const entropy = column(rows.entropy);
  const visible = visibleKeys ? column(visibleKeys) : core.visibleKeysOfWeights(column(rows.end), keys);
  const all = { entropy, sum: column(rows.sum), largest: column(rows.largest), smallest: column(rows.smallest) };
  const { mean, largest, smallest, meanEntropy } = core.rowStatistics({ ...all, end: column(rows.end) }, keys);
  return {
    ...entropiesOf(entropy.data, core.entropyMeasures(entropy, visible)),
    visibleKeys: visible.data,
    sums: rows.sum,
    meanWeight: mean,
    maxWeight: largest,
    minWeight: smallest,
    meanEntropy,
  };
}

const column = (data: Float32Array): Tensor => ({ data, shape: [1, 1, data.length, 1] as TensorShape });

/** How the parts of a description are asked for. */
export interface DescriptionTasks {
  blockRows: (make: () => GivenWeights) => Promise<BlockRows>;
  sumRows: (request: RowsToSum) => Promise<MapDescription>;
}

/** Describes weights of any length in blocks of rows, each copied when its turn comes; the map has the weights that were given. */
export async function describeInBlocks(tasks: DescriptionTasks, given: GivenWeights): Promise<DescribedMap> {
  const { weights, queries, keys, visibleKeys } = given;
  // What does not fit is for the core to refuse, with the shape as it was given.
  const fits = weights.length === queries * keys;
  const rowsOfBlock = fits ? Math.max(1, Math.floor(weightsOfBlock / Math.max(1, keys))) : queries;
  const firsts = Array.from({ length: Math.max(1, Math.ceil(queries / rowsOfBlock)) }, (_, i) => i * rowsOfBlock);
  const blocks = await Promise.all(
    firsts.map((first) =>
      tasks.blockRows(() => {
        const count = Math.min(rowsOfBlock, queries - first);
        const block = fits ? weights.slice(first * keys, (first + count) * keys) : weights.slice();
        return { weights: block, queries: count, keys };
      }),
    ),
  );
  const joined = (name: keyof BlockRows) => {
    const all = new Float32Array(queries);
    for (const [i, block] of blocks.entries()) all.set(block[name], firsts[i]);
    return all;
  };
  const rows: BlockRows = {
    entropy: joined("entropy"),
    sum: joined("sum"),
    largest: joined("largest"),
    smallest: joined("smallest"),
    end: joined("end"),
  };
  const description = await tasks.sumRows({ rows, keys, ...(visibleKeys ? { visibleKeys } : {}) });
  return { queries, keys, weights, ...description };
}
