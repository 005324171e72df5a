import { beforeAll, describe, expect, it } from "vitest";
import { type AttentionOptions, type Heed, loadHeed, type Tensor } from "../../web/src/compute/heed";
import { parallelAttention } from "../../web/src/compute/maps/parallel-attention";
import { FakeWorker, fakePool } from "./fake-pool";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const pool = (size?: number, fates?: Parameters<typeof fakePool>[2]) => fakePool(heed, size, fates);

function tensor(shape: Tensor["shape"], seed: number): Tensor {
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => (((i + seed) * 0.6180339887) % 1) - 0.5), shape };
}

describe("attention on several workers", () => {
  const inputs = { query: tensor([2, 4, 37, 8], 0), key: tensor([2, 2, 50, 8], 99), value: tensor([2, 2, 50, 6], 7) };
  const mask = {
    data: Uint8Array.from({ length: 2 * 37 * 50 }, (_, i) => (i % 3 ? 1 : 0)),
    shape: [2, 1, 37, 50] as Tensor["shape"],
  };

  it.each<[string, AttentionOptions]>([
    ["plain", {}],
    ["causal with an offset", { causal: true, queryOffset: 5 }],
    ["window and key lengths", { window: [9, 3], keyLengths: [50, 20] }],
    ["mask", { mask }],
    ["mask of two axes", { mask: { data: mask.data.subarray(0, 37 * 50), shape: [37, 50] } }],
    ["bias of one axis", { bias: { data: tensor([1, 1, 1, 50], 3).data, shape: [50] } }],
    ["bias of three axes", { bias: { data: tensor([1, 4, 37, 1], 3).data, shape: [4, 37, 1] } }],
    ["bias of one row", { bias: tensor([1, 4, 1, 50], 3) }],
    ["weights", { weights: true }],
  ])("agrees with one: %s", async (_, options) => {
    const expected = heed.attention(inputs, options);
    const result = await parallelAttention(pool(3), inputs, options);
    for (const name of ["output", "logSumExp", "entropy", "visibleKeys", "weights", "logits"] as const) {
      expect(result[name]?.shape).toEqual(expected[name]?.shape);
      for (const [i, value] of expected[name]?.data.entries() ?? [])
        expect(Math.abs((result[name]?.data[i] as number) - value) <= 1e-6 || result[name]?.data[i] === value).toBe(
          true,
        );
    }
  });

  it("divides one head by its queries", async () => {
    const one = { query: tensor([1, 1, 40, 8], 0), key: tensor([1, 1, 40, 8], 1), value: tensor([1, 1, 40, 8], 2) };
    await parallelAttention(pool(2), one, {});
    expect(FakeWorker.posted.length).toBe(4);
  });

  it("refuses what does not fit in the core's words", async () => {
    const broken = { ...inputs, value: tensor([2, 2, 49, 6], 0) };
    await expect(parallelAttention(pool(), broken, {})).rejects.toThrow("K has 50 rows but V has 49");
    await expect(parallelAttention(pool(), inputs, { temperature: 0 })).rejects.toThrow("temperature is 0");
    await expect(parallelAttention(pool(), inputs, { keyLengths: [3] })).rejects.toThrow("key");
    await expect(parallelAttention(pool(), {} as never, {})).rejects.toThrow("query is undefined");
  });
});
