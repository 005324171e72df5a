import { attentionShape, size, tensor, weights } from "./arguments.mjs";

/** As coreCalls, for what every module registers. */
export const descriptionCalls = {
  normalisedEntropy: { args: entropies },
  entropyMeasures: { args: entropies },
  weightRows: { args: (random) => [weights(random, ...attentionShape(random))] },
  rowStatistics: {
    args: (random) => {
      const [batch, heads, queries, keys] = attentionShape(random);
      const row = () => tensor(random, batch, heads, queries, 1);
      return [{ entropy: row(), sum: row(), largest: row(), smallest: row(), end: row() }, keys];
    },
  },
  visibleKeysOfWeights: {
    args: (random) => {
      const [batch, heads, queries, keys] = attentionShape(random);
      return [counts(random, [batch, heads, queries, 1], keys), keys];
    },
  },
  weightStatistics: {
    args: (random) => {
      const [batch, heads, queries, keys] = attentionShape(random);
      return [weights(random, batch, heads, queries, keys), tensor(random, batch, heads, queries, 1)];
    },
  },
};

/** Numbers of keys; now and then what is none. */
export function counts(random, shape, most) {
  const of = tensor(random, ...shape);
  for (let i = 0; i < of.data.length; i++) of.data[i] = random.integer(0, most);
  if (random.integer(0, 9) === 0 && of.data.length > 0)
    of.data[random.integer(0, of.data.length - 1)] = [Number.NaN, Infinity, -Infinity, -1, 1e30][random.integer(0, 4)];
  return of;
}

function entropies(random) {
  const shape = [random.integer(1, 2), random.integer(1, 3), size(random), 1];
  return [tensor(random, ...shape), tensor(random, ...shape)];
}
