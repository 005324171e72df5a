/** Arguments of the registered functions that fit: random shapes, numbers and options. */

/** A length: mostly small, sometimes nothing, sometimes beyond the tiles and vectors that kernels work in. */
export function size(random, { least = 0, most = 300 } = {}) {
  const wanted = random.chance(0.02) ? random.integer(17, most) : random.chance(0.05) ? 0 : random.integer(1, 9);
  return Math.max(least, Math.min(most, wanted));
}

const extremes = [0, -0, 1e-45, -1e-38, 3e38, -3.4028234663852886e38, Number.NaN, Infinity, -Infinity, 1e4, -1e4];

export function floats(random, count) {
  const data = new Float32Array(count);
  const height = random.pick([1, 1, 1, 1e-3, 1e4, 1e19]);
  for (let i = 0; i < count; i++) data[i] = height * (2 * random.uniform() - 1);
  if (random.chance(0.15) && count > 0)
    for (let i = random.integer(1, 4); i > 0; i--) data[random.integer(0, count - 1)] = random.pick(extremes);
  return data;
}

const elements = (shape) => shape.reduce((product, axis) => product * axis, 1);

export const tensor = (random, ...shape) => ({ data: floats(random, elements(shape)), shape });

/** Numbers from 0 to 1, as weights are, in rows that mostly add up to 1. */
export function weights(random, ...shape) {
  const of = { data: Float32Array.from({ length: elements(shape) }, random.uniform), shape };
  const width = shape[3];
  if (random.chance(0.8))
    for (let row = 0; row < of.data.length; row += width) {
      const part = of.data.subarray(row, row + width);
      const sum = part.reduce((a, b) => a + b, 0);
      for (let i = 0; i < width; i++) part[i] /= sum;
    }
  return of;
}

/** Axes of a mask or bias that broadcast to (batch, heads, queries, keys). */
function broadcast(random, full) {
  const shape = full.map((axis) => (random.chance(0.3) ? 1 : axis));
  return random.chance(0.3) ? shape.slice(random.integer(0, 3)) : shape;
}

const chosen = {
  scale: (random) => random.pick([0.3, 0, -1, 1e39, 1e-50, 7, Number.MAX_VALUE]),
  temperature: (random) => random.pick([2.5, 0.1, 1e-39, 1e300, 5e-324]),
  softcap: (random) => random.pick([1.5, 30, 0, 1e-40, 1e-50, 1e39]),
  mask: (random, full) => {
    const shape = broadcast(random, full);
    return { data: Uint8Array.from({ length: elements(shape) }, () => random.integer(0, 2)), shape };
  },
  bias: (random, full) => {
    const of = tensor(random, ...broadcast(random, full));
    if (random.chance(0.3)) of.data.fill(random.pick([-Infinity, -3.4028234663852886e38]));
    return of;
  },
  causal: (random) => random.chance(0.7),
  window: (random) =>
    [0, 1].map(() => random.pick([null, undefined, -1, Infinity, 0, 1, 5, random.integer(0, 400), 2 ** 30])),
  queryOffset: (random) => random.pick([random.integer(-20, 60), 2 ** 30, -(2 ** 30)]),
  keyLengths: (random, [batch, , , keys]) => Array.from({ length: batch }, () => random.integer(0, keys)),
};

/** Options of attention, some of those that `names` lists; `full` is (batch, heads, queries, keys). */
export function attentionOptions(random, full, names = Object.keys(chosen)) {
  const options = {};
  for (const name of names) if (random.chance(0.2)) options[name] = chosen[name](random, full);
  return random.chance(0.05) ? undefined : options;
}

/** (batch, heads, queries, keys), the heads a multiple of those that have keys of their own. */
export const attentionShape = (random, keyHeads = random.integer(1, 3)) => [
  random.integer(1, 2),
  keyHeads * random.integer(1, 3),
  size(random),
  size(random),
];

/** Q, K and V that fit, and (batch, heads, queries, keys). */
export function attentionInputs(random) {
  const keyHeads = random.integer(1, 3);
  const full = attentionShape(random, keyHeads);
  const [batch, heads, queries, keys] = full;
  const dim = size(random, { least: 1, most: 130 });
  const inputs = {
    query: tensor(random, batch, heads, queries, dim),
    key: tensor(random, batch, keyHeads, keys, dim),
    value: tensor(random, batch, keyHeads, keys, size(random, { most: 130 })),
  };
  // The same numbers for two of them: nothing may be written to either.
  if (random.chance(0.05)) inputs.value = inputs.key;
  return { inputs, full };
}

/** Some of the options, each made by its function. */
export function some(random, makers, probability = 0.6) {
  const options = {};
  for (const [name, make] of Object.entries(makers)) if (random.chance(probability)) options[name] = make();
  return options;
}

export const seed = (random) => random.pick([0, 1, 42, 2 ** 32 - 1, random.integer(0, 2 ** 32 - 1)]);
