import { beforeAll, describe, expect, it } from "vitest";
import { type AttentionInputs, loadHeed, type Tensor } from "../../web/src/engine/heed";
import { type Lab, loadLab } from "../../web/src/engine/lab";

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

  it("are refused with the core's words", () => {
    expect(() => lab.attentionGradients(inputs(), tensor([1, 2, 3, 4], 0), {})).toThrow("(1, 2, 3, 4)");
    expect(() => lab.attentionGradients(inputs(), outputGradient(), { softcap: -1 })).toThrow("softcap is -1");
  });
});
