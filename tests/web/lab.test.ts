import { beforeAll, describe, expect, it } from "vitest";
import { type AttentionInputs, loadHeed, type Tensor } from "../../web/src/compute/heed";
import { type Lab, loadLab } from "../../web/src/compute/lab";

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

const inputs = (): AttentionInputs => ({
  query: tensor([1, 2, 3, 4], 0),
  key: tensor([1, 2, 5, 4], 100),
  value: tensor([1, 2, 5, 3], 200),
});
const outputGradient = () => tensor([1, 2, 3, 3], 300);

describe("gradients of attention", () => {
  it("are what the output's change per change of an input is", async () => {
    const heed = await loadHeed();
    const options = { causal: true, queryOffset: 2, temperature: 0.5 };
    const loss = (at: AttentionInputs) => {
      const { data } = heed.attention(at, options).output;
      const weight = outputGradient().data;
      return data.reduce((sum, output, i) => sum + output * (weight[i] as number), 0);
    };
    const gradients = lab.attentionGradients(inputs(), outputGradient(), options);
    expect(gradients.bias).toBeUndefined();
    const step = 1e-2; // float32 outputs near 1 differ by 1e-7, so that their quotient is known to about 1e-5
    for (const name of ["query", "key", "value"] as const) {
      expect(gradients[name].shape).toEqual(inputs()[name].shape);
      for (let i = 0; i < gradients[name].data.length; i++) {
        const moved = (by: number) => {
          const at = inputs();
          at[name].data[i] = (at[name].data[i] as number) + by;
          return loss(at);
        };
        expect(gradients[name].data[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
      }
    }
  });

  it("come with that of a bias", () => {
    const bias = tensor([1, 1, 3, 5], 400);
    expect(lab.attentionGradients(inputs(), outputGradient(), { bias }).bias?.shape).toEqual([1, 1, 3, 5]);
  });

  it("are those of an even share where a bias is all the lowest float", () => {
    const bias = { data: new Float32Array(5).fill(-3.4028234663852886e38), shape: [5] };
    const { value, bias: ofBias } = lab.attentionGradients(inputs(), outputGradient(), { bias });
    const gradient = outputGradient().data;
    // ∂V_j is a fifth of the sum of the output's gradients.
    for (let c = 0; c < 3; c++)
      expect(value.data[c]).toBeCloseTo(
        ((gradient[c] as number) + (gradient[3 + c] as number) + (gradient[6 + c] as number)) / 5,
        6,
      );
    expect(ofBias?.shape).toEqual([1, 1, 1, 5]);
    expect(ofBias?.data.every(Number.isFinite)).toBe(true);
  });

  it("are refused with the core's words", () => {
    expect(() => lab.attentionGradients(inputs(), tensor([1, 2, 3, 4], 0), {})).toThrow("(1, 2, 3, 4)");
    expect(() => lab.attentionGradients(inputs(), outputGradient(), { softcap: -1 })).toThrow("softcap is -1");
  });
});

describe("what is not known is refused", () => {
  it.each<[string, () => unknown, string]>([
    ["generationStep", () => lab.generationStep({ tokns: 3 } as never), 'options has no "tokns"; there are tokens'],
    ["randomHeads", () => lab.randomHeads({ head: 3 } as never), 'options has no "head"; there are tokens, dModel'],
    ["scalingExperiment", () => lab.scalingExperiment({ key: 3 } as never), 'request has no "key"; there are dim'],
    ["workedExample", () => lab.workedExample({ temprature: 3 } as never), 'options has no "temprature"; there are'],
    ["attentionCost", () => lab.attentionCost({ query: 3 } as never), 'work has no "query"; there are queries'],
    ["trainer", () => lab.trainer({ widht: 8 }), 'there is no option "widht"'],
    [
      "attentionGradients",
      () => lab.attentionGradients(inputs(), outputGradient(), { casual: true } as never),
      'options has no "casual"; there are scale',
    ],
  ])("%s", (_name, run, message) => expect(run).toThrow(message));
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
