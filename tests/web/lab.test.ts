import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../web/src/compute/heed";
import { type Lab, type LayerRequest, loadLab } from "../../web/src/compute/lab";

let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

/** Numbers without pattern: the fractional parts of multiples of the golden ratio. */
const scattered = (i: number) => ((i * 0.6180339887) % 1) - 0.5;

function tensor(shape: Tensor["shape"], first: number): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => scattered(first + i)), shape };
}

describe("a layer", () => {
  const layer = (change: Partial<LayerRequest> = {}) => ({
    tokens: tensor([1, 1, 3, 4], 0),
    wQuery: tensor([1, 2, 4, 2], 100),
    wKey: tensor([1, 2, 4, 2], 200),
    wValue: tensor([1, 2, 4, 2], 300),
    wOutput: tensor([1, 1, 4, 4], 400),
    w1: tensor([1, 1, 4, 5], 500),
    b1: tensor([1, 1, 1, 5], 600),
    w2: tensor([1, 1, 5, 4], 700),
    ...change,
  });

  it("has the shapes that its weights say", () => {
    const { query, weights, contributions, hidden, result, ovCircuits } = lab.layerSteps(layer());
    expect(query.shape).toEqual([1, 2, 3, 2]);
    expect(weights.shape).toEqual([1, 2, 3, 3]);
    expect(contributions.shape).toEqual([1, 2, 3, 4]);
    expect(hidden.shape).toEqual([1, 1, 3, 5]);
    expect(result.shape).toEqual([1, 1, 3, 4]);
    expect(ovCircuits.shape).toEqual([1, 2, 4, 4]);
  });

  it("is refused with the core's words", () => {
    expect(() => lab.layerSteps(layer({ w2: tensor([1, 1, 5, 3], 0) }))).toThrow("W2 has shape (1, 1, 5, 3)");
    expect(() => lab.layerSteps(layer({ wKey: tensor([1, 2, 4, 3], 0) }))).toThrow("W^K has shape (1, 2, 4, 3)");
  });
});

describe("the order of words", () => {
  const options = { kinds: [0, 1, 2, 3, 0, 4], order: [5, 4, 3, 2, 1, 0], positions: "none" } as const;

  it("changes no output without positions, and some with", () => {
    expect(Math.max(...lab.wordOrder(options).change.data)).toBeLessThan(2e-6); // float32 sums in another order
    for (const positions of ["sinusoids", "rotary", "relative bias"] as const)
      expect(
        Math.max(...lab.wordOrder({ ...options, order: [1, 0, 2, 3, 4, 5], positions }).change.data),
      ).toBeGreaterThan(0.01);
  });

  it("is refused where it is none", () => {
    expect(() => lab.wordOrder({ ...options, order: [0, 0, 1, 2, 3, 4] })).toThrow("the order names word 0 twice");
    expect(() => lab.wordOrder({ ...options, kinds: [0, 1, 2, 3, 9, 4] })).toThrow("word 4 is of kind 9, of 6");
    expect(() => lab.wordOrder({ ...options, positions: "learned" } as never)).toThrow('positions are "learned"');
  });
});

describe("what is not known is refused", () => {
  it.each<[string, () => unknown, string]>([
    ["generationStep", () => lab.generationStep({ tokns: 3 } as never), 'options has no "tokns"; there are tokens'],
    ["randomHeads", () => lab.randomHeads({ head: 3 } as never), 'options has no "head"; there are tokens, dModel'],
    ["scalingExperiment", () => lab.scalingExperiment({ key: 3 } as never), 'request has no "key"; there are dim'],
    ["workedExample", () => lab.workedExample({ temprature: 3 } as never), 'options has no "temprature"; there are'],
    ["attentionCost", () => lab.attentionCost({ query: 3 } as never), 'work has no "query"; there are queries'],
    ["attentionMemory", () => lab.attentionMemory({ token: 3 } as never), 'need has no "token"; there are tokens'],
    ["trainer", () => lab.trainer({ widht: 8 }), 'there is no option "widht"'],
    ["layerSteps", () => lab.layerSteps({ wquery: 3 } as never), 'layer has no "wquery"; there are tokens, wQuery'],
    ["wordOrder", () => lab.wordOrder({ word: 3 } as never), 'options has no "word"; there are kinds, order'],
  ])("%s", (_name, run, message) => expect(run).toThrow(message));
});

describe("the largest weights", () => {
  it.each([
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [-1, "-1"],
    [3, "3"],
  ])("of a query that sees %s of 2 keys are refused", (count, text) => {
    const weights = Float32Array.of(0.5, 0.5);
    const run = () =>
      lab.largestWeights(
        { data: weights, shape: [1, 1, 1, 2] },
        { data: Float32Array.of(count), shape: [1, 1, 1, 1] },
        0,
      );
    expect(run).toThrow(`a query sees ${text} keys; it must be from 0 to the 2 there are`);
  });
});

describe("sizes whose product is no number of 32 bits are refused", () => {
  it("an experiment of 65,536 queries and keys", () => {
    const run = () => lab.scalingExperiment({ dim: 1, keys: 65536, queries: 65536, repeats: 1 });
    expect(run).toThrow(RangeError);
    expect(lab.scalingExperiment({ dim: 1, keys: 4, queries: 4, repeats: 1 }).products).toBe(16);
  });
});

describe("a model stays as it is when something is refused", () => {
  const opened = () => {
    const trainer = lab.trainer({ width: 16, heads: 2, batch: 2, vocabulary: 8, mostPeriod: 8 });
    const model = trainer?.model();
    if (!trainer || !model) throw new Error("no model");
    return { trainer, model };
  };
  const tokens = [1, 2, 3, 4];

  it("all heads are on after a list of heads of which one is not there", () => {
    const { model } = opened();
    const before = model.run(tokens, []).probabilities;
    const off = (list: unknown) => () => model.run(tokens, list as never);
    expect(
      off([
        { layer: 0, head: 0 },
        { layer: 1, head: 2 },
      ]),
    ).toThrow("there is no head 2 in layer 1");
    expect(off([{ layer: 0, head: 0 }, { layer: 1 }])).toThrow("off[1].head is undefined; it must be a whole number");
    expect(off([{ layer: 0, head: 0, also: 1 }])).toThrow('off[0] has no "also"; there are layer, head');
    expect(off(3)).toThrow("off is 3; it must be an array");
    expect(model.run(tokens, []).probabilities).toEqual(before);
  });

  it("its parameters are its own after a step that is none", () => {
    const { model, trainer } = opened();
    const before = model.run(tokens, []).probabilities;
    const zeros = new Float32Array(trainer.parameters().length);
    for (const step of [-1, 1.5, Number.NaN, 2 ** 31 - 1])
      expect(() => model.setParameters(zeros, step)).toThrow(/^step is /);
    expect(() => model.setParameters({ length: zeros.length } as never, 1)).toThrow("it must be a Float32Array");
    expect(() => model.setParameters(zeros.subarray(1), 1)).toThrow("parameters for a network of");
    expect(model.run(tokens, []).probabilities).toEqual(before);
    expect(model.info.step).toBe(0);
    model.setParameters(zeros, 7);
    expect(model.info.step).toBe(7);
    expect(model.run(tokens, []).probabilities).not.toEqual(before);
  });
});

describe("a file of a model", () => {
  /** A safetensors file with this header, and no values. */
  function file(header: string): Uint8Array {
    const text = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 8);
    return bytes;
  }

  it.each([
    ["[]", "the file's header does not begin with {"],
    ["{,}", "the file's header is not JSON"],
    ['{"a":1}', "tensor a is not described by { dtype, shape, data_offsets }"],
    ['{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}', "tensor a: its shape is not a list of whole numbers"],
    ['{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}', "tensor a: its shape is not a list of whole numbers"],
    ['{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', "tensor a: its shape is not a list of whole numbers"],
    ['{"a":{"dtype":null}}', "tensor a: its dtype is not text"],
    [
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      "tensor __proto__ is larger than the file's 0 bytes",
    ],
    [`{"a":${"[".repeat(40)}${"]".repeat(40)}}`, "tensor a is not described by"],
    ['{"__metadata__":{"task":1}}', "the file's metadata task is not text"],
  ])("is refused with what is wrong: %s", (header, why) => {
    expect(() => lab.openModel(file(header))).toThrow(why);
  });

  it("may hold tensors of whole numbers besides the model's: its values are read as without them", () => {
    const bytes = new Uint8Array(
      readFileSync(new URL("../../web/public/models/induction.safetensors", import.meta.url)),
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const values = bytes.subarray(8 + length);
    const ids = new Uint8Array(BigInt64Array.of(-1n, 0n, 1n).buffer);
    header.ids = { dtype: "I64", shape: [3], data_offsets: [values.length, values.length + ids.length] };
    const front = file(JSON.stringify(header));
    const opened = lab.openModel(Uint8Array.of(...front, ...values, ...ids));
    const plain = lab.openModel(bytes);
    if (!opened || !plain) throw new Error("a model was not opened");
    const tokens = Array.from({ length: 32 }, (_, i) => i % 5);
    expect(opened.info).toEqual(plain.info);
    expect(opened.run(tokens, []).probabilities).toEqual(plain.run(tokens, []).probabilities);
  });

  it("has its options as the native command writes them, and they are read again", () => {
    const trainer = lab.trainer({ task: "induction", learningRate: 0.00001, weightDecay: 1 / 3 });
    if (!trainer) throw new Error("there is no trainer");
    const checkpoint = trainer.checkpoint();
    const text = new TextDecoder().decode(checkpoint);
    expect(text).toContain('"learning_rate":"1e-05"');
    expect(text).toContain('"weight_decay":"0.3333333333333333"');
    expect(lab.resumedTrainer(checkpoint)?.checkpoint()).toEqual(checkpoint);
  });
});
