import { beforeAll, expect, test } from "vitest";
import { describeMap } from "../../web/src/engine/described-map";
import { type Heed, loadHeed } from "../../web/src/engine/heed";

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const describe2 = (queries: number, keys: number, ...weights: number[]) =>
  describeMap(heed, { queries, keys, weights: Float32Array.from(weights) });

test("entropy and sum of rows, whether they add up to 1 or not", () => {
  const map = describe2(2, 4, 0.25, 0.25, 0.25, 0.25, 0.5, 0, 0, 0);
  expect(map.entropy[0]).toBeCloseTo(Math.log(4), 6);
  expect(map.entropy[1]).toBeCloseTo(0.5 * Math.log(2), 6);
  expect([...map.sums]).toEqual([1, 0.5]);
  expect([...map.visibleKeys]).toEqual([4, 4]);
  expect(map.normalisedEntropy[0]).toBeCloseTo(1, 6);
  expect(map).toMatchObject({ maxWeight: 0.5, minWeight: 0, meanWeight: 0.1875 });
});

test("nothing right of the diagonal: a causal mask", () => {
  expect([...describe2(2, 2, 1, 0, 0.5, 0.5).visibleKeys]).toEqual([1, 2]);
  expect([...describe2(2, 2, 1, 0.1, 0.5, 0.5).visibleKeys]).toEqual([2, 2]);
  expect([...describe2(1, 2, 1, 0).visibleKeys]).toEqual([2]);
});

test("a NaN is seen, and only in its row", () => {
  const { entropy, sums } = describe2(2, 2, Number.NaN, 0.5, 0.5, 0.5);
  expect([...entropy].map(Number.isNaN)).toEqual([true, false]);
  expect([...sums].map(Number.isNaN)).toEqual([true, false]);
});

test("weights and a shape that do not fit are refused", () => {
  expect(() => describe2(2, 2, 1)).toThrow(/weights/);
});
