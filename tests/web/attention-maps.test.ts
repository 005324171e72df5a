import { beforeAll, describe, expect, test } from "vitest";
import { isVisible } from "../../web/src/charts/heatmap/raster";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import type { DescribedMap } from "../../web/src/compute/maps/described-map";
import { strongestCell } from "../../web/src/figure/maps/strongest-cell";
import {
  attentionData,
  type DataChoices,
  type Projections,
  type Shaped,
} from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import type { AttentionSettings } from "../../web/src/figure/own/core-settings";
import { MapCollection } from "../../web/src/figure/own/map-collection";
import { read } from "../../web/src/figure/reading";
import { fromJson } from "../../web/src/formats/text/json";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";
import { FakeWorker, fakePool } from "./fake-pool";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const waves = (...shape: [number, number, number, number]): Shaped => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1 + i)),
  shape,
});
const plain: AttentionSettings = { causal: false, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };
const causal = { ...plain, causal: true };
const asGuessed: DataChoices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 };

/** All maps of Q and K. */
async function mapsOf(projections: Projections, settings: AttentionSettings = plain) {
  const collection = await attentionMaps({ ...projections, notes: [], batches: 1 }, settings, engine);
  await collection.describeAll(() => {}, new AbortController().signal);
  return { ...collection.shape, maps: collection.all() ?? [] };
}

/** All maps of a file of JSON. */
async function mapsOfFile(value: unknown, choices: Partial<DataChoices> = {}, settings: AttentionSettings = plain) {
  const { data } = attentionData(fromJson(value, "data", rawNumbers), { ...asGuessed, ...choices });
  const collection = await attentionMaps(data, settings, engine);
  await collection.describeAll(() => {}, new AbortController().signal);
  return { ...collection.shape, maps: collection.all() ?? [], data };
}

describe("maps of Q and K", () => {
  test.each([
    [3, 5],
    [5, 3],
    [4, 4],
  ])("%d queries and %d keys: what each query sees is what the core says, in every head", async (queries, keys) => {
    const key = waves(2, 2, keys, 3);
    const { maps, layers, heads } = await mapsOf({ query: waves(2, 2, queries, 3), key, value: key }, causal);
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
    const { maps } = await mapsOf({ query: key, key, value: key });
    expect([...(maps[0]?.weights ?? [])]).toEqual([1, 0, 0, 1]);
    expect([...(maps[0]?.visibleKeys ?? [])]).toEqual([2, 2]);
  });

  test("all maps are parts of one array, so that they are held once", async () => {
    const key = waves(2, 3, 4, 2);
    const { maps } = await mapsOf({ query: key, key, value: key }, causal);
    expect(new Set(maps.map(({ weights }) => weights.buffer)).size).toBe(1);
  });
});

describe("weights that are given", () => {
  test("are shown as they are, from the memory that they lie in", async () => {
    const { maps, data } = await mapsOfFile({
      weights: [
        [0.5, 0.5],
        [2, 1],
      ],
    });
    expect(maps[0]).toMatchObject({ queries: 2, keys: 2, maxWeight: 2, minWeight: 0.5 });
    expect("maps" in data && maps[0]?.weights.buffer === data.maps.matrix(0, 0).buffer).toBe(true);
  });

  test("have the same limit as weights that are computed", async () => {
    // Of the size alone: nothing of it is read.
    const empty = new Float32Array(0);
    const maps = {
      layers: 12,
      heads: 12,
      rows: 2048,
      columns: 2048,
      batches: 1,
      dtype: "f4",
      isHeld: true,
      matrix: () => empty,
    };
    const message = "144 maps of 2048 × 2048 weights need 2.4 GB; the page keeps to 1 GB";
    await expect(attentionMaps({ maps, values: "weights", notes: [], batches: 1 }, causal, engine)).rejects.toThrow(
      message,
    );
    const tensor = { data: empty, shape: [12, 12, 2048, 64] as const };
    await expect(mapsOf({ query: tensor, key: tensor, value: tensor }, causal)).rejects.toThrow(message);
  });

  test("have names for their tokens in which everything can be seen", async () => {
    const { names } = await mapsOfFile({ weights: [[1]], queryTokens: ["\u0003"], keyTokens: ["\n"] });
    expect([names?.query(0), names?.key(0), names?.key(5)]).toEqual(["␃", "␊", "5"]);
  });

  test("of whole numbers stand for as much as their scale says", async () => {
    const { maps } = await mapsOfFile(
      { weights: { shape: [1, 2], data: Uint8Array.of(51, 204) } },
      {},
      { ...plain, unit: 1 / 255 },
    );
    expect([...(maps[0]?.weights ?? [])].map((weight) => weight.toFixed(6))).toEqual(["0.200000", "0.800000"]);
  });
});

describe("scores that are given", () => {
  test("are known by negative numbers and −∞, and the core takes the softmax", async () => {
    const scores = [
      [0, Number.NEGATIVE_INFINITY],
      [-1, 1],
    ];
    const { maps, data } = await mapsOfFile({ x: scores });
    expect("maps" in data && data.values).toBe("scores");
    const large = 1 / (1 + Math.exp(-2));
    const [a, b, c, d] = maps[0]?.weights ?? [];
    expect([a, b]).toEqual([1, 0]);
    expect(c).toBeCloseTo(1 - large, 6);
    expect(d).toBeCloseTo(large, 6);
    expect(data.notes).toEqual(["there are negative numbers, so they are read as scores, of which softmax is taken"]);
  });

  test("are shown as they are where the reader says that they are weights", async () => {
    const { maps } = await mapsOfFile({ x: [[0, -1]] }, { values: "shown as they are" });
    expect([...(maps[0]?.weights ?? [])]).toEqual([0, -1]);
  });

  test("are divided by a temperature", async () => {
    const { maps } = await mapsOfFile({ scores: [[0, 2]] }, {}, { ...plain, temperature: 2 });
    expect(maps[0]?.weights[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  });

  test.each([0.5, 2])(
    "of finfo.min are an even share at the temperature %s, by which the core divides",
    async (temperature) => {
      const lowest = -3.4028234663852886e38;
      const { NEGATIVE_INFINITY } = Number;
      const scores = [
        [lowest, lowest, NEGATIVE_INFINITY],
        [lowest, 0, 1],
      ];
      const { maps } = await mapsOfFile({ scores }, {}, { ...plain, temperature });
      const [map] = maps;
      expect([...(map?.visibleKeys ?? [])]).toEqual([2, 3]);
      expect([...(map?.weights.subarray(0, 4) ?? [])]).toEqual([0.5, 0.5, 0, 0]);
      expect(map?.weights[5]).toBeCloseTo(1 / (1 + Math.exp(-1 / temperature)), 6);
      const asked = FakeWorker.posted.flatMap(({ name, request }) => (name === "attention" ? [request.options] : []));
      expect(asked.some((options) => options.temperature === temperature)).toBe(true);
    },
  );
});

describe("keys that a mask hides are those that the core says, though they are not the last", () => {
  const { NEGATIVE_INFINITY: hidden } = Number;
  const shown = (map: DescribedMap | undefined) =>
    map && Array.from(map.weights, (_, i) => Number(isVisible(map, Math.floor(i / map.keys), i % map.keys))).join("");
  const q = [
    [0, 0],
    [0, 0],
  ];
  const k = [...q, ...q];

  test("padding at the left", async () => {
    const { maps } = await mapsOfFile({ q, k, attention_mask: [[0, 0, 1, 1]] });
    const [map] = maps as [DescribedMap];
    expect([...map.weights.subarray(0, 4)]).toEqual([0, 0, 0.5, 0.5]);
    expect([...map.visibleKeys]).toEqual([2, 2]);
    expect(shown(map)).toBe("00110011");
    const aloud = (key: number) => read(map, { query: 0, key, map: 0 }).sentence.join("");
    expect(aloud(2)).toBe("Query 0 gives key 2 a weight of 0.500, an equal share (1/2 = 0.500).");
    expect(aloud(1)).toBe("Query 0 does not see key 1: the mask hides it, and the weight is 0.");
    expect(strongestCell(map)).toEqual({ query: 0, key: 2, map: 0 });
  });

  test("scores of a sliding window", async () => {
    const scores = [
      [0, hidden, hidden, hidden],
      [0, 0, hidden, hidden],
      [hidden, 0, 0, hidden],
      [hidden, hidden, 0, 0],
    ];
    const { maps } = await mapsOfFile({ scores });
    expect(shown(maps[0])).toBe("1000110001100011");
  });

  test("a bias and a mask that differ between heads, and a causal mask besides", async () => {
    const file = {
      q: { shape: [1, 2, 2, 1], data: new Float32Array(4) },
      k: { shape: [1, 2, 3, 1], data: new Float32Array(6) },
      attn_bias: { shape: [1, 2, 1, 3], data: Float32Array.of(hidden, 0, 0, 0, hidden, 0) },
    };
    const { maps } = await mapsOfFile(file, {}, { ...causal, isAlignedAtEnd: true });
    expect(maps.map(shown)).toEqual(["010011", "100101"]);
    expect(maps.map(({ visibleKeys }) => [...visibleKeys])).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test("a map of so many cells that the core is asked for it in blocks", async () => {
    const [queries, keys] = [3000, 1500];
    const data = new Float32Array(queries * keys);
    for (let query = 0; query < queries; query++) data[query * keys + (query % 7)] = hidden;
    const expected = (query: number) =>
      Array.from({ length: keys }, (_, key) => Number(key <= query && key !== query % 7));
    const zeros = (length: number) => ({ shape: [1, 1, length, 1], data: new Float32Array(length) });
    const attn_bias = { shape: [1, 1, queries, keys], data };
    const ofBias = await mapsOfFile({ q: zeros(queries), k: zeros(keys), attn_bias }, {}, causal);
    const ofScores = await mapsOfFile({ scores: { shape: [queries, keys], data } }, {}, causal);
    for (const { maps } of [ofBias, ofScores])
      for (const query of [0, 9, 2795, 2796, 2999]) {
        const [map] = maps as [DescribedMap];
        const row = expected(query);
        expect([...(map.visible?.subarray(query * keys, (query + 1) * keys) ?? [])]).toEqual(row);
        const count = row.filter(Boolean).length;
        expect(map.visibleKeys[query]).toBe(count);
        expect(map.weights[query * keys + row.lastIndexOf(1)] ?? 0).toBeCloseTo(count && 1 / count, 6);
      }
  });

  test("of a long map that is kept as a small one too", async () => {
    const [queries, keys] = [2, 128];
    const visible = Uint8Array.from({ length: queries * keys }, (_, i) => Number(i % keys >= keys / 2));
    const weights = Float32Array.from(visible, (seen) => seen / 64);
    const visibleKeys = Float32Array.of(64, 64);
    // So many that none but the last ones are kept whole.
    const shape = { layers: 1, heads: 1e6, queries, keys, names: null, dtype: "float32", isHeld: false };
    const collection = new MapCollection(shape, async () => ({
      ...(await engine.describe({ weights, queries, keys, visibleKeys })),
      visible,
    }));
    await collection.map(0);
    const small = collection.summaries[0]?.small;
    expect(small).toMatchObject({ queries: 1, keys: 64 });
    expect(shown(small)).toBe("0".repeat(32) + "1".repeat(32));
    expect([...(small?.weights.subarray(32) ?? [])].every((weight) => weight === 1 / 64)).toBe(true);
  });
});

describe("scores that are computed", () => {
  const query: Shaped = { data: Float32Array.of(8, 0, 0, 0), shape: [1, 1, 1, 4] };
  const key: Shaped = { data: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), shape: [1, 1, 2, 4] };

  test.each([
    [undefined, 1 / (1 + Math.exp(-4))],
    [1, 1 / (1 + Math.exp(-8))],
    [0.25, 1 / (1 + Math.exp(-2))],
  ])("with the scale %s", async (scale, weight) => {
    const { maps } = await mapsOf({ query, key, value: key }, { ...plain, scale });
    expect(maps[0]?.weights[0]).toBeCloseTo(weight, 6);
  });

  test("with a softcap", async () => {
    const { maps } = await mapsOf({ query, key, value: key }, { ...plain, scale: 1, softcap: 2 });
    expect(maps[0]?.weights[0]).toBeCloseTo(1 / (1 + Math.exp(-2 * Math.tanh(4))), 6);
  });

  test("with a bias, and a mask of the keys", async () => {
    const file = {
      q: [[0, 0]],
      k: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    };
    const biased = await mapsOfFile({ ...file, attn_bias: [[0, Math.log(2), 0]] });
    expect([...(biased.maps[0]?.weights ?? [])].map((weight) => weight.toFixed(6))).toEqual([
      "0.250000",
      "0.500000",
      "0.250000",
    ]);
    const masked = await mapsOfFile({ ...file, attention_mask: [[1, 0, 1]] });
    expect([...(masked.maps[0]?.weights ?? [])]).toEqual([0.5, 0, 0.5]);
    await expect(mapsOfFile({ ...file, attn_bias: [[0, 0]] })).rejects.toThrow(
      "attn_bias has a shape (1, 2), which does not fit scores of (1, 1, 1, 3)",
    );
  });

  test("with a causal mask at the first keys or at the last", async () => {
    const long: Shaped = { data: new Float32Array(6), shape: [1, 1, 3, 2] };
    const short: Shaped = { data: new Float32Array(4), shape: [1, 1, 2, 2] };
    const visible = async (isAlignedAtEnd: boolean) => {
      const { maps } = await mapsOf({ query: short, key: long, value: long }, { ...causal, isAlignedAtEnd });
      return [...(maps[0]?.visibleKeys ?? [])];
    };
    expect(await visible(false)).toEqual([1, 2]);
    expect(await visible(true)).toEqual([2, 3]);
  });
});
