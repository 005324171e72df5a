import { beforeAll, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { type Heed, loadHeed } from "../../web/src/compute/heed";
import { FakeWorker, fakePool } from "./fake-pool";

let heed: Heed;
let engine: Engine;
beforeAll(async () => {
  heed = await loadHeed();
  engine = new Engine(fakePool(heed));
});

const describe2 = (queries: number, keys: number, ...weights: number[]) =>
  engine.describe({ queries, keys, weights: Float32Array.from(weights) });

test("entropy and sum of rows, whether they add up to 1 or not", async () => {
  const map = await describe2(2, 4, 0.25, 0.25, 0.25, 0.25, 0.5, 0, 0, 0);
  expect(map.entropy[0]).toBeCloseTo(Math.log(4), 6);
  // Of the shares of its sum: one key has all of it.
  expect(map.entropy[1]).toBeCloseTo(0, 6);
  expect([...map.sums]).toEqual([1, 0.5]);
  expect([...map.visibleKeys]).toEqual([4, 4]);
  expect(map.normalisedEntropy[0]).toBeCloseTo(1, 6);
  expect(map.largestEntropy[0]).toBeCloseTo(Math.log(4), 6);
  expect(map.entropyBits[0]).toBeCloseTo(2, 6);
  expect(map.largestEntropyBits[0]).toBeCloseTo(2, 6);
  expect(map.effectiveKeys[0]).toBeCloseTo(4, 5);
  expect(map).toMatchObject({ maxWeight: 0.5, minWeight: 0, meanWeight: 0.1875 });
});

test("nothing right of the diagonal: a causal mask, also behind cached keys", async () => {
  expect([...(await describe2(2, 2, 1, 0, 0.5, 0.5)).visibleKeys]).toEqual([1, 2]);
  expect([...(await describe2(2, 2, 1, 0.1, 0.5, 0.5)).visibleKeys]).toEqual([2, 2]);
  expect([...(await describe2(1, 2, 1, 0)).visibleKeys]).toEqual([2]);
  expect([...(await describe2(2, 3, 0.5, 0.5, 0, 0.5, 0.25, 0.25)).visibleKeys]).toEqual([2, 3]);
});

test.each([
  [3, 5, 0],
  [5, 3, 0],
  [2, 6, 4],
])(
  "%d queries and %d keys, offset %d: what the core says that queries see is what entropies are shares of",
  async (queries, keys, queryOffset) => {
    const tensor = (rows: number) => ({
      data: Float32Array.from({ length: rows * 2 }, (_, i) => Math.sin(i)),
      shape: [1, 1, rows, 2] as [number, number, number, number],
    });
    const inputs = { query: tensor(queries), key: tensor(keys), value: tensor(keys) };
    const { weights, visibleKeys } = heed.attention(inputs, { causal: true, queryOffset, weights: true });
    if (!weights) throw new Error("no weights");
    const map = await engine.describe({ weights: weights.data, queries, keys, visibleKeys: visibleKeys.data });
    for (let query = 0; query < queries; query++) {
      const visible = Math.min(keys, query + 1 + queryOffset);
      expect(map.visibleKeys[query]).toBe(visible);
      const row = [...weights.data.subarray(query * keys, query * keys + visible)];
      const nats = -row.reduce((sum, weight) => sum + weight * Math.log(weight), 0);
      expect(map.normalisedEntropy[query]).toBeCloseTo(visible === 1 ? 0 : nats / Math.log(visible), 5);
    }
  },
);

test("a NaN is seen, and only in its row", async () => {
  const { entropy, sums, maxWeight } = await describe2(2, 2, Number.NaN, 0.5, 0.5, 0.5);
  expect([...entropy].map(Number.isNaN)).toEqual([true, false]);
  expect([...sums].map(Number.isNaN)).toEqual([true, false]);
  expect(maxWeight).toBeNaN();
});

test("weights and a shape that do not fit are refused", async () => {
  await expect(describe2(2, 2, 1)).rejects.toThrow(/weights/);
});

test("a long map is described in blocks of rows, as the core describes it whole, and keeps its own weights", async () => {
  const [queries, keys] = [3000, 3001];
  const weights = Float32Array.from({ length: queries * keys }, (_, i) => ((i * 7919) % 1009) / 1009 / keys);
  weights[2999 * keys + 5] = 2;
  const map = await engine.describe({ weights, queries, keys });
  const blocks = FakeWorker.posted.filter(({ name }) => name === "blockRows").slice(-3);
  for (const { request } of blocks as { request: { weights: Float32Array } }[])
    expect(request.weights.length).toBeLessThanOrEqual(2 ** 22);
  expect(map.weights).toBe(weights);
  const whole = heed.weightRows({ data: weights, shape: [1, 1, queries, keys] });
  expect(map.entropy).toEqual(whole.entropy.data);
  expect(map.sums).toEqual(whole.sum.data);
  expect(map.visibleKeys.every((visible) => visible === keys)).toBe(true);
  const statistics = heed.weightStatistics({ data: weights, shape: [1, 1, queries, keys] }, whole.entropy);
  expect(map.maxWeight).toBe(2);
  expect(map.minWeight).toBe(0);
  expect(map.meanWeight).toBeCloseTo(statistics.mean, 9);
  expect(map.meanEntropy).toBe(statistics.meanEntropy);
});
