import { fixtureNames, modelFixture } from "../../package/model-fixture.mjs";
import { seed, some, tensor } from "./arguments.mjs";
import { firstOf, oneOfFew } from "./core-calls.mjs";
import { descriptionCalls } from "./description-calls.mjs";
import { damagedFile, damagedJson } from "./files.mjs";

/** As coreCalls, for what heed-models registers. */
export function modelsCalls(models) {
  /** A model of a fixture, and what its arguments depend on. */
  const open = (random) => {
    const files = fixture(random);
    const loader = new models.ModelLoader();
    try {
      for (const [name, bytes] of Object.entries(files)) addWhole(loader, name, bytes);
      const model = loader.open(random.pick(["file", "f32", "q8", "q4"]), undefined);
      shapes.set(model, model.info());
      return model;
    } finally {
      loader.delete();
    }
  };
  const shapes = new WeakMap();
  const openOf = (kinds) => (random) => {
    let model = open(random);
    for (; !kinds.test(shapes.get(model).kind); model = open(random)) model.delete();
    return model;
  };
  /** Models that continue texts. */
  const writer = oneOfFew(8, openOf(/^(decoder|encoder-decoder)$/));
  /** Models of texts. */
  const reader = oneOfFew(16, openOf(/^(?!image$)/));
  const generatorArguments = (random) => {
    const model = writer(random);
    return [model, inputs(random, shapes.get(model), { masks: false }), generation(random)];
  };

  const runArguments = (random) => {
    const model = reader(random);
    const shape = shapes.get(model);
    const given = inputs(random, shape);
    const { interventions } = forwardOptions(random, shape, given);
    return [model, given, some(random, { interventions: () => interventions })];
  };
  const running = (random) => {
    const [model, given, options] = runArguments(random);
    const run = models.run(model, given, options);
    runs.set(run, shapes.get(model));
    return run;
  };
  /** A run that can go on: of a model that continues texts, without a mask or changes. */
  const growing = (random) => {
    const model = writer(random);
    const shape = shapes.get(model);
    const run = models.run(model, inputs(random, shape, { masks: false }), {});
    runs.set(run, shape);
    return run;
  };
  const runs = new WeakMap();
  const keptRun = oneOfFew(4, running);
  const layerOf = (random, run) => random.integer(0, runs.get(run).layers - 1);
  const headOf = (random, run) => random.integer(0, runs.get(run).heads - 1);
  /** Mostly of a short text. */
  const positionOf = (random) => random.pick([0, 1, 2, random.integer(0, 9)]);
  const kindOf = (random, run) =>
    runs.get(run).kind === "encoder-decoder" ? random.pick([undefined, "encoder", "decoder", "cross"]) : undefined;

  return {
    ...descriptionCalls,
    generator: { args: generatorArguments },
    run: { args: runArguments },
    "CoreRun.head": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [layerOf(random, run), headOf(random, run), kindOf(random, run)],
    },
    "CoreRun.meanOfHeads": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [layerOf(random, run), kindOf(random, run)],
    },
    "CoreRun.report": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [
        layerOf(random, run),
        headOf(random, run),
        random.pick([1, 2, 3, 100, 2 ** 31 - 1]),
        kindOf(random, run),
      ],
    },
    "CoreRun.reports": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [layerOf(random, run), random.pick([1, 2, 100, 2 ** 31 - 1]), kindOf(random, run)],
    },
    // Every few calls another, as it grows or shrinks by them.
    "CoreRun.extend": {
      of: (random) => firstOf(() => growing(random)),
      every: 8,
      args: (random, run) => {
        const { vocabulary } = runs.get(run);
        const ids = times(random, 3, () => random.integer(0, vocabulary - 1));
        return [random.chance(0.3) ? Int32Array.from(ids) : ids];
      },
    },
    "CoreRun.truncate": {
      of: (random) => firstOf(() => growing(random)),
      every: 8,
      args: (random) => [random.pick([1, positionOf(random)])],
    },
    "CoreRun.keptKeys": { of: (random) => firstOf(() => running(random)), args: () => [] },
    "CoreRun.nextToken": { of: (random) => firstOf(() => growing(random)), args: (random) => [generation(random)] },
    "CoreRun.attentions": { of: (random) => firstOf(() => running(random)), args: () => [] },
    "CoreRun.pairValues": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [
        layerOf(random, run),
        headOf(random, run),
        random.pick(["product", "logit", "weighted norm", "without first key"]),
        kindOf(random, run),
      ],
    },
    "CoreRun.explain": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [
        layerOf(random, run),
        headOf(random, run),
        positionOf(random),
        positionOf(random),
        kindOf(random, run),
      ],
    },
    "CoreRun.weightsOfQuery": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [layerOf(random, run), positionOf(random), kindOf(random, run)],
    },
    "CoreRun.rollout": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [positionOf(random), kindOf(random, run)],
    },
    "CoreRun.directEffects": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => {
        const { vocabulary } = runs.get(run);
        const token = () => random.integer(0, Math.max(0, vocabulary - 1));
        return [positionOf(random), token(), random.pick([undefined, token()])];
      },
    },
    divergence: {
      args: (random) => {
        const run = keptRun(random);
        return [run, keptRun(random), layerOf(random, run), kindOf(random, run)];
      },
    },
    rowDivergence: {
      args: (random) => {
        const keys = random.integer(0, 4);
        const weights = () => Float32Array.from({ length: keys * random.integer(0, 3) }, () => random.uniform());
        return [weights(), weights(), keys];
      },
    },
    weightDifference: {
      args: (random) => {
        const length = random.integer(0, 9);
        const weights = () => Float32Array.from({ length }, () => random.uniform());
        return [weights(), weights()];
      },
    },
    weightsBetweenGroups: {
      args: (random) => {
        const [queries, keys] = [random.integer(0, 4), random.integer(0, 4)];
        const groups = (length) => Array.from({ length }, () => random.integer(-1, 2));
        return [Float32Array.from({ length: queries * keys }, () => random.uniform()), groups(queries), groups(keys)];
      },
    },
    spread: {
      args: (random) => [
        Float64Array.from({ length: random.integer(0, 9) }, () =>
          random.pick([random.uniform(), 0, Number.NaN, Number.POSITIVE_INFINITY, 1e308, -1e308]),
        ),
      ],
    },
    "CoreRun.predictions": {
      of: (random) => firstOf(() => running(random)),
      args: (random, run) => [
        random.integer(0, runs.get(run).layers),
        0,
        random.pick([1, 5, 2 ** 31 - 1, [0], [0, 1, 1], []]),
      ],
    },
    "TextGenerator.next": {
      of: (random) => firstOf(() => models.generator(...generatorArguments(random))),
      every: 8,
      args: () => [],
    },
    "CoreModel.info": { of: open, args: () => [] },
    "CoreModel.stopThreads": { of: open, args: () => [] },
    "CoreModel.forward": {
      of: open,
      args: (random, model) => {
        const shape = shapes.get(model);
        const given = inputs(random, shape);
        return [given, forwardOptions(random, shape, given)];
      },
    },
    "ModelLoader.addFile": {
      of: () => new models.ModelLoader(),
      every: 3,
      args: (random) => [
        random.pick(["config.json", "model.safetensors", "a/../b", ""]),
        random.pick([0, 1, 100, 2 ** 20]),
      ],
    },
    "ModelLoader.write": {
      of: (random) => begun(models, random.integer(0, 100)),
      every: 3,
      args: (random) => [new Uint8Array(random.integer(0, 40)).fill(7)],
    },
    "ModelLoader.checkFamily": {
      of: (random) => {
        const loader = new models.ModelLoader();
        const [[name, bytes] = ["config.json", new Uint8Array()]] = Object.entries(damagedFiles(random));
        addWhole(loader, name, bytes);
        return loader;
      },
      every: 1,
      args: () => [],
    },
    "ModelLoader.open": {
      of: (random) => {
        const loader = new models.ModelLoader();
        for (const [name, bytes] of Object.entries(damagedFiles(random))) addWhole(loader, name, bytes);
        return loader;
      },
      every: 1,
      cost: 10,
      args: (random) => [random.pick(["file", "f32", "q8", "q4", undefined]), random.pick([undefined, 1, 2, 32])],
    },
  };
}

const fixtures = new Map();

function fixture(random) {
  const name = random.pick(fixtureNames);
  if (!fixtures.has(name)) {
    const files = Object.entries(modelFixture(name).files);
    // Whose slices are copies, unlike a Buffer's.
    fixtures.set(name, Object.fromEntries(files.map(([file, bytes]) => [file, Uint8Array.from(bytes)])));
  }
  return fixtures.get(name);
}

function addWhole(loader, name, bytes) {
  loader.addFile(name, bytes.length);
  // As they arrive from a network.
  const middle = bytes.length >> 1;
  loader.write(bytes.subarray(0, middle));
  loader.write(bytes.subarray(middle));
}

/** A loader that waits for `size` bytes of a file. */
function begun(models, size) {
  const loader = new models.ModelLoader();
  loader.addFile("model.safetensors", size);
  return loader;
}

/** The files of a fixture, of which one is damaged or missing, or there are those of another besides. */
function damagedFiles(random) {
  const files = { ...fixture(random) };
  // Mostly those that say what is done with the others.
  const name = random.chance(0.7) ? random.pick(Object.keys(files).filter(isJson)) : random.pick(Object.keys(files));
  const what = random.uniform();
  if (what < 0.05) delete files[name];
  else if (what < 0.1) Object.assign(files, fixture(random));
  else files[name] = (isJson(name) ? damagedJson : damagedFile)(random, files[name]);
  return files;
}

const isJson = (name) => name.endsWith(".json");

const times = (random, most, make) => Array.from({ length: random.integer(0, most) }, make);

function pixels(random, { channels, height, width, patchHeight, patchWidth, anySize }) {
  const side = (own, patch) => (anySize && random.chance(0.5) ? random.integer(patch, 2 * own) : own);
  return tensor(random, 1, channels, side(height, patchHeight), side(width, patchWidth));
}

function inputs(random, { kind, vocabulary, context, image }, { masks = true } = {}) {
  if (kind === "image") return { pixelValues: pixels(random, image) };
  const length = random.integer(1, Math.min(random.chance(0.05) ? 64 : 9, context || 64));
  const ids = (count) => Array.from({ length: count }, () => random.integer(0, vocabulary - 1));
  const given = { inputIds: random.chance(0.2) ? Int32Array.from(ids(length)) : ids(length) };
  if (kind === "encoder-decoder" && (masks || random.chance(0.5))) given.decoderInputIds = ids(random.integer(1, 9));
  if (masks && random.chance(0.3)) given.attentionMask = Array.from(given.inputIds, () => random.integer(0, 1));
  if (kind === "encoder" && random.chance(0.3)) given.tokenTypeIds = Array.from(given.inputIds, () => 0);
  return given;
}

function forwardOptions(random, { kind, layers, heads, width }, { inputIds, decoderInputIds }) {
  const layer = () => random.integer(0, layers - 1);
  const head = () => random.integer(0, heads - 1);
  const stack = () => (kind === "encoder-decoder" ? random.pick([undefined, "encoder", "decoder"]) : undefined);
  const position = () => random.integer(0, Math.min(inputIds?.length ?? 9, decoderInputIds?.length ?? 9) - 1);
  const choices = () =>
    times(random, 2, () => ({ layer: layer(), ...some(random, { heads: () => times(random, 2, head) }) }));
  const interventions = () =>
    some(random, {
      ablate: () => times(random, 2, () => ({ layer: layer(), head: head(), kind: stack() })),
      mask: () =>
        times(random, 2, () => ({ layer: layer(), head: head(), query: position(), key: position(), kind: stack() })),
      patch: () =>
        times(random, 2, () => ({
          layer: random.integer(0, layers),
          position: position(),
          values: tensor(random, 1, 1, 1, width).data,
          kind: stack(),
        })),
    });
  return some(
    random,
    {
      attentions: () => (random.chance(0.5) ? true : choices()),
      hiddenStates: () => random.chance(0.7),
      logits: () => random.pick(["all", "last", "none"]),
      interventions,
    },
    0.4,
  );
}

const generation = (random) =>
  some(random, {
    maxNewTokens: () => random.pick([0, 1, 6, 2 ** 31 - 1]),
    temperature: () => random.pick([0, 1, 0.1, 1e-300, 1e300]),
    topK: () => random.pick([0, 1, 5, 2 ** 31 - 1]),
    topP: () => random.pick([1, 0.5, 1e-300]),
    seed: () => seed(random),
    eosTokenId: () => random.pick([null, 1, [], [1, 2, 250]]),
  });
