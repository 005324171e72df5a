import { readFileSync } from "node:fs";
import { attentionShape, seed, size, some, tensor, weights } from "./arguments.mjs";
import { oneOfFew } from "./core-calls.mjs";
import { counts, descriptionCalls } from "./description-calls.mjs";
import { damagedFile } from "./files.mjs";

const reversalFile = new Uint8Array(
  readFileSync(new URL("../../../web/public/models/reversal.safetensors", import.meta.url)),
);

/** As coreCalls, for what heed-lab registers. `cost`: how many times as long a call takes as others do. */
export function labCalls(lab) {
  /** With these all files and models are made. */
  const trainer = oneOfFew(6, (random) => lab.trainer({ ...tinyNetwork(random), batch: 2, steps: 1000, warmUp: 0 }));
  const model = (random) => trainer(random).model();
  const checkpoint = oneOfFew(6, (random) => trainer(random).checkpoint());
  const modelFile = oneOfFew(6, (random) => {
    const of = model(random);
    try {
      return of.file();
    } finally {
      of.delete();
    }
  });
  const headsOff = (random) =>
    Array.from({ length: random.integer(0, 3) }, () => ({ layer: random.integer(0, 1), head: random.integer(0, 1) }));

  return {
    ...descriptionCalls,
    withoutFirstKey: { args: weightsAndVisibleKeys },
    largestWeights: { args: (random) => [...weightsAndVisibleKeys(random), random.pick([0, 0.5, 0.9, 1])] },
    receivedFrom: {
      args: (random) => {
        const [, , queries, keys] = attentionShape(random);
        const chosen = Array.from({ length: queries === 0 ? 0 : random.integer(0, 4) }, () =>
          random.integer(0, queries - 1),
        );
        return [weights(random, 1, 1, queries, keys), chosen];
      },
    },
    riseOf: {
      args: (random) => {
        const count = size(random);
        return [Array.from({ length: count }, (_, i) => 10 * i), Array.from({ length: count }, random.uniform)];
      },
    },
    attentionCost: {
      args: (random) => {
        const heads = random.integer(1, 12);
        const queries = size(random, { least: 1 });
        const keys = queries + size(random);
        return [
          {
            queries,
            dModel: heads * size(random, { least: 1, most: 100 }),
            heads,
            ...some(random, {
              keys: () => keys,
              newKeys: () => random.integer(0, queries),
              causal: () => random.chance(0.5),
            }),
          },
        ];
      },
    },
    attentionMemory: {
      args: (random) => {
        const keyValueHeads = random.integer(1, 8);
        return [
          {
            tokens: random.integer(1, 1e6),
            layers: random.integer(1, 100),
            heads: keyValueHeads * random.integer(1, 8),
            headDim: random.integer(1, 256),
            ...some(random, { keyValueHeads: () => keyValueHeads, bytes: () => random.integer(1, 4) }),
          },
        ];
      },
    },
    difference: { args: pair },
    subtract: { args: pair },
    generationStep: {
      args: (random) => {
        const [tokens, heads] = [size(random, { least: 1, most: 60 }), random.pick([1, 2, 4, 8])];
        return [
          {
            tokens,
            heads,
            ...some(random, {
              seed: () => seed(random),
              head: () => random.integer(0, heads - 1),
              arrived: () => random.integer(1, tokens),
              causal: () => random.chance(0.5),
            }),
          },
        ];
      },
    },
    layerSteps: {
      args: (random) => {
        const [tokens, heads, dK, hidden] = [
          size(random),
          random.integer(1, 3),
          random.integer(1, 4),
          random.integer(1, 6),
        ];
        const width = random.chance(0.8) ? heads * dK : random.integer(1, 8);
        return [
          {
            tokens: tensor(random, 1, 1, tokens, width),
            wQuery: tensor(random, 1, heads, width, dK),
            wKey: tensor(random, 1, heads, width, dK),
            wValue: tensor(random, 1, heads, width, dK),
            wOutput: tensor(random, 1, 1, heads * dK, width),
            w1: tensor(random, 1, 1, width, hidden),
            b1: tensor(random, 1, 1, 1, hidden),
            w2: tensor(random, 1, 1, hidden, width),
            ...some(random, { causal: () => random.chance(0.5) }),
          },
        ];
      },
    },
    writeReversal: {
      args: (random) => [
        damagedFile(random, reversalFile),
        Array.from({ length: random.integer(0, 11) }, () => random.integer(-1, 26)),
      ],
    },
    wordOrder: {
      args: (random) => {
        const count = random.integer(1, 12);
        const order = Array.from({ length: count }, (_, i) => i);
        if (random.chance(0.5)) order.reverse();
        return [
          {
            kinds: Array.from({ length: count }, () => random.integer(0, count - 1)),
            order,
            positions: random.pick(["none", "sinusoids", "rotary", "relative bias"]),
            ...some(random, { dim: () => 2 * random.integer(1, 20), seed: () => seed(random) }),
          },
        ];
      },
    },
    headMetrics: {
      args: (random) => {
        const [batch, heads, queries, keys] = attentionShape(random);
        const visible = counts(random, [batch, heads, queries, 1], keys);
        return [weights(random, batch, heads, queries, keys), visible, random.integer(-3, 5)];
      },
    },
    headScores: {
      args: (random) => {
        const [batch, heads, tokens] = attentionShape(random);
        return [
          weights(random, batch, heads, tokens, tokens),
          Array.from({ length: batch * tokens }, () => random.integer(0, 5)),
          random.chance(0.5),
        ];
      },
    },
    headDivergence: { args: (random) => [weights(random, ...attentionShape(random))] },
    orderBySimilarity: {
      args: (random) => {
        const count = size(random, { most: 40 });
        const distances = tensor(random, 1, 1, count, count);
        for (let i = 0; i < count; i++)
          for (let j = 0; j <= i; j++)
            distances.data[i * count + j] = distances.data[j * count + i] = i === j ? 0 : random.uniform();
        return [distances];
      },
    },
    randomHeads: {
      args: (random) => {
        const heads = random.integer(1, 4);
        return [
          {
            tokens: size(random, { least: 1, most: 60 }),
            dModel: heads * random.integer(1, 8),
            heads,
            ...some(random, {
              seed: () => seed(random),
              causal: () => random.chance(0.5),
              off: () => Array.from({ length: random.integer(0, 3) }, () => random.integer(0, heads - 1)),
            }),
          },
        ];
      },
    },
    scalingExperiment: {
      cost: 5,
      slow: new Set(["dim", "repeats"]),
      args: (random) => [
        {
          dim: random.integer(1, 20),
          keys: size(random, { least: 1, most: 40 }),
          queries: size(random, { least: 1, most: 40 }),
          repeats: random.integer(1, 3),
          ...some(random, { seed: () => seed(random) }),
        },
      ],
    },
    workedExample: {
      args: (random) => [
        some(random, {
          tokens: () => size(random, { least: 1 }),
          dim: () => size(random, { least: 1, most: 70 }),
          seed: () => seed(random),
          causal: () => random.chance(0.5),
          temperature: () => random.pick([1, 0.1, 1e300, 5e-324]),
        }),
      ],
    },
    trainer: { cost: 10, args: (random) => [trainingOptions(random)] },
    resumedTrainer: { cost: 10, args: (random) => [damagedFile(random, checkpoint(random))] },
    openModel: {
      cost: 10,
      args: (random) => [damagedFile(random, random.chance(0.5) ? modelFile(random) : checkpoint(random))],
    },
    "Trainer.stepsTaken": { of: trainer, shared: true, read: true },
    "Trainer.step": { of: trainer, shared: true, args: () => [] },
    "Trainer.evaluate": { of: trainer, shared: true, args: () => [] },
    "Trainer.parameters": { of: trainer, shared: true, args: () => [] },
    "Trainer.model": { cost: 10, of: trainer, shared: true, args: () => [] },
    "Trainer.checkpoint": { cost: 10, of: trainer, shared: true, args: () => [] },
    "Trainer.setLearningRate": {
      of: trainer,
      shared: true,
      args: (random) => [random.pick([0.01, 1e-3, 1e-6, 1e-320])],
    },
    "Model.info": { of: model, read: true },
    "Model.setParameters": {
      of: model,
      args: (random, { info }) => [
        tensor(random, 1, 1, 1, info.parameters).data,
        random.pick([0, 1, 2 ** 31 - 1, random.integer(0, 1000)]),
      ],
    },
    "Model.run": { of: model, args: (random, { info }) => [tokensOf(random, info), headsOff(random)] },
    "Model.runHiding": {
      of: model,
      args: (random, { info }) => {
        const tokens = tokensOf(random, info);
        return [tokens, headsOff(random), tokens.map((_, i) => i).filter(() => random.chance(0.3))];
      },
    },
    "Model.evaluate": { of: model, args: (random) => [headsOff(random)] },
    "Model.examples": {
      of: model,
      slow: new Set(["1"]),
      args: (random) => [seed(random), random.integer(0, 20)],
    },
    "Model.file": { cost: 10, of: model, args: () => [] },
  };
}

const tokensOf = (random, { vocabulary }) =>
  Array.from({ length: random.integer(0, 9) }, () => random.integer(0, vocabulary.length - 1));

function weightsAndVisibleKeys(random) {
  const [batch, heads, queries, keys] = attentionShape(random);
  return [weights(random, batch, heads, queries, keys), counts(random, [batch, heads, queries, 1], keys)];
}

function pair(random) {
  const shape = attentionShape(random);
  return [tensor(random, ...shape), tensor(random, ...shape)];
}

/** A network small enough that thousands are made a second. */
function tinyNetwork(random) {
  const heads = random.integer(1, 2);
  return {
    task: random.pick(["induction", "copy", "reverse", "sort", "brackets", "addition"]),
    vocabulary: 8,
    length: 10,
    leastPeriod: 2,
    mostPeriod: 4,
    layers: random.integer(1, 2),
    heads,
    kvHeads: random.pick([0, 1, heads]),
    width: heads * random.pick([2, 4, 6]),
    feedForward: random.pick(["none", "gelu", "swiglu"]),
    feedForwardWidth: random.integer(0, 12),
    positions: random.pick(["none", "learned", "sinusoidal", "rotary"]),
    norm: random.pick(["layer", "rms"]),
    bias: random.chance(0.5),
    tied: random.chance(0.5),
    causal: random.chance(0.8),
    seed: seed(random),
  };
}

/** Options that mostly fit: what is left out of a network that fits is as it is by default. */
function trainingOptions(random) {
  const options = tinyNetwork(random);
  if (random.chance(0.3)) delete options[random.pick(Object.keys(options))];
  if (random.chance(0.03)) options.task = "stories";
  Object.assign(
    options,
    some(
      random,
      {
        rotaryBase: () => random.pick([10000, 1, 1e-300, 1e300]),
        normEpsilon: () => random.pick([1e-5, 0, 1e-300]),
        beta1: () => random.pick([0.9, 0, 1]),
        beta2: () => random.pick([0.99, 0]),
        epsilon: () => random.pick([1e-8, 0]),
        weightDecay: () => random.pick([0, 0.1]),
        batch: () => random.integer(1, 4),
        steps: () => random.pick([0, 10, 2 ** 31 - 1]),
        warmUp: () => random.integer(0, 10),
        learningRate: () => random.pick([1e-3, 1e300]),
        finalLearningRate: () => random.pick([0, 1e-5]),
        largestGradient: () => random.pick([1, Infinity]),
        length: () => size(random, { most: 200 }),
        vocabulary: () => size(random, { most: 200 }),
      },
      0.15,
    ),
  );
  return options;
}
