import { beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import type { Shaped } from "../../web/src/figures/attention/attention-data";
import { attentionMaps } from "../../web/src/figures/attention/attention-maps";
import { fakePool } from "./fake-pool";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const waves = (...shape: [number, number, number, number]): Shaped => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1 + i)),
  shape,
});
const causal = { causal: true, temperature: 1 };

describe("maps of Q and K", () => {
  test.each([
    [3, 5],
    [5, 3],
    [4, 4],
  ])("%d queries and %d keys: what each query sees is what the core says, in every head", async (queries, keys) => {
    const key = waves(2, 2, keys, 3);
    const { maps, layers, heads } = await attentionMaps(
      { query: waves(2, 2, queries, 3), key, value: key },
      causal,
      engine,
    );
    expect([layers, heads, maps.length]).toEqual([2, 2, 4]);
    for (const map of maps) {
      const visible = Array.from({ length: queries }, (_, query) => Math.min(keys, query + 1));
      expect([...map.visibleKeys]).toEqual(visible);
      for (const [query, seen] of visible.entries()) {
        const row = [...map.weights.subarray(query * keys, (query + 1) * keys)];
        expect(row.slice(seen).every((weight) => weight === 0)).toBe(true);
        const nats = -row.slice(0, seen).reduce((sum, weight) => sum + weight * Math.log(weight), 0);
        expect(map.normalisedEntropy[query]).toBeCloseTo(seen === 1 ? 0 : nats / Math.log(seen), 5);
        expect(map.largestEntropy[query]).toBeCloseTo(Math.log(seen), 6);
      }
    }
  });

  test("heads that see everything do, though their first rows could be taken for masked", async () => {
    const key: Shaped = { data: Float32Array.of(200, 0, 0, 200), shape: [1, 1, 2, 2] };
    const { maps } = await attentionMaps({ query: key, key, value: key }, { causal: false, temperature: 1 }, engine);
    expect([...(maps[0]?.weights ?? [])]).toEqual([1, 0, 0, 1]);
    expect([...(maps[0]?.visibleKeys ?? [])]).toEqual([2, 2]);
  });

  test("all maps are parts of one array, so that they are held once", async () => {
    const key = waves(2, 3, 4, 2);
    const { maps } = await attentionMaps({ query: key, key, value: key }, causal, engine);
    expect(new Set(maps.map(({ weights }) => weights.buffer)).size).toBe(1);
  });
});

describe("weights that are given", () => {
  test("are shown as they are", async () => {
    const weights: Shaped = { data: Float32Array.of(0.5, 0.5, 2, -1), shape: [1, 1, 2, 2] };
    const { maps } = await attentionMaps({ weights }, causal, engine);
    expect(maps[0]).toMatchObject({ queries: 2, keys: 2, maxWeight: 2, minWeight: -1 });
    expect(maps[0]?.weights.buffer).toBe(weights.data.buffer);
  });

  test("have the same limit as weights that are computed", async () => {
    // Of the size alone: nothing of it is read.
    const empty = new Float32Array(0);
    const given = { weights: { data: empty, shape: [12, 12, 2048, 2048] as const } };
    const message = "144 maps of 2048 × 2048 weights need 2.4 GB; the page keeps to 1 GB";
    await expect(attentionMaps(given, causal, engine)).rejects.toThrow(message);
    const tensor = { data: empty, shape: [12, 12, 2048, 64] as const };
    await expect(attentionMaps({ query: tensor, key: tensor, value: tensor }, causal, engine)).rejects.toThrow(message);
  });

  test("have names for their tokens in which everything can be seen", async () => {
    const weights: Shaped = { data: Float32Array.of(1), shape: [1, 1, 1, 1] };
    const { names } = await attentionMaps({ weights, queryTokens: ["\u0003"], keyTokens: ["\n"] }, causal, engine);
    expect([names?.query(0), names?.key(0), names?.key(5)]).toEqual(["␃", "␊", "5"]);
  });
});
