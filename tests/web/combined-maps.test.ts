import { beforeAll, expect, test } from "vitest";
import { isVisible } from "../../web/src/charts/heatmap/raster";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { attentionData } from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import type { AttentionSettings } from "../../web/src/figure/own/core-settings";
import { type AttentionState, attentionSettings } from "../../web/src/figures/attention/attention-state";
import { combineAs } from "../../web/src/figures/attention/combined-maps";
import { fromJson } from "../../web/src/formats/text/json";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";
import { defaultsOf } from "../../web/src/model/settings";
import { FakeWorker, fakePool } from "./fake-pool";
import { peakOf } from "./held-bytes";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const settings: AttentionSettings = { causal: false, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };

/** Exact in float32, so that means and differences are too. */
const weights = [
  [
    [
      [1, 0],
      [0.5, 0.5],
    ],
    [
      [0.25, 0.75],
      [0, 1],
    ],
  ],
  [
    [
      [0.5, 0.5],
      [0.5, 0.5],
    ],
    [
      [0.75, 0.25],
      [1, 0],
    ],
  ],
];

async function combinedAs(value: unknown, choice: Partial<AttentionState>) {
  const state = { ...defaultsOf(attentionSettings), ...choice };
  const file = fromJson(value, "data", rawNumbers);
  const maps = await attentionMaps(attentionData(file, state).data, settings, engine);
  return combineAs(maps, file, state, settings, engine);
}

test("the mean of a layer's heads and that of all heads are means, with the entropy of their rows", async () => {
  const ofLayer = await combinedAs({ weights }, { view: "mean of the layer", layer: 1, head: 2 });
  expect([...ofLayer.map.weights]).toEqual([0.625, 0.375, 0.25, 0.75]);
  expect(ofLayer.title).toBe("Mean of layer 1, 2 heads");
  // In nats, by the formula; float32 has some seven digits.
  expect(ofLayer.map.entropy[0]).toBeCloseTo(-0.625 * Math.log(0.625) - 0.375 * Math.log(0.375), 6);
  const ofAll = await combinedAs({ weights }, { view: "mean of all" });
  expect([...ofAll.map.weights]).toEqual([0.625, 0.375, 0.5, 0.5]);
  expect(ofAll.title).toBe("Mean of all 4 heads");
});

test("the largest weights of a layer's heads, cell by cell", async () => {
  const { map, title } = await combinedAs({ weights }, { view: "largest of the layer", layer: 2 });
  expect([...map.weights]).toEqual([0.75, 0.5, 1, 0.5]);
  expect(title).toBe("Largest weights of layer 2, 2 heads");
});

test("the largest weights of all heads, of whatever layer", async () => {
  const { map, title } = await combinedAs({ weights }, { view: "largest of all", layer: 2 });
  expect([...map.weights]).toEqual([1, 0.75, 1, 1]);
  expect(title).toBe("Largest weights of all 4 heads");
});

test("the keys that are seen are those that any of the heads sees, whatever the weights look like", async () => {
  // No mask: of q·k = 200² and 0 the smaller has a weight of 0 in float32.
  const same = { shape: [1, 2, 2, 2], data: Float32Array.of(200, 0, 0, 200, 200, 0, 0, 200) };
  for (const view of ["mean of the layer", "largest of the layer"] as const) {
    const { map } = await combinedAs({ q: same, k: same }, { view });
    expect([...map.weights]).toEqual([1, 0, 0, 1]);
    expect([...map.visibleKeys]).toEqual([2, 2]);
  }
  const attn_bias = { shape: [1, 2, 1, 3], data: Float32Array.of(0, -1 / 0, -1 / 0, -1 / 0, -1 / 0, 0) };
  const zeros = (length: number) => ({ shape: [1, 2, length, 1], data: new Float32Array(2 * length) });
  const hidden = { q: zeros(1), k: zeros(3), attn_bias };
  for (const view of ["mean of the layer", "largest of the layer"] as const) {
    const { map } = await combinedAs(hidden, { view });
    expect([...map.visibleKeys]).toEqual([2]);
    expect([0, 1, 2].map((key) => isVisible(map, 0, key))).toEqual([true, false, true]);
  }
  const { difference } = await combinedAs(hidden, { layer: 1, head: 1, less: "1.2" });
  const { cells } = difference?.drawn({ paper: "#fff", ink: "#000", maps: ["#000", "#00f", "#f00"] } as never) ?? {};
  expect(cells && [0, 1, 2].map((key) => isVisible(cells, 0, key))).toEqual([true, false, true]);
});

test("a mean takes no memory of the size of its layer", async () => {
  const [heads, size] = [16, 1024];
  const all = new Float32Array(heads * size ** 2).fill(1 / size);
  const matrix = (_: number, head: number) => all.subarray(head * size ** 2, (head + 1) * size ** 2);
  const source = { layers: 1, heads, rows: size, columns: size, batches: 1, dtype: "f4", isHeld: true, matrix };
  const maps = await attentionMaps({ maps: source, values: "weights", notes: [], batches: 1 }, settings, engine);
  const state = { ...defaultsOf(attentionSettings), view: "mean of the layer" } as const;
  await maps.describeAll(() => {}, new AbortController().signal);
  const attention: Engine["attention"] = async (...asked) => {
    // They are kept for tests that read them.
    FakeWorker.posted = [];
    return engine.attention(...asked);
  };
  const core = Object.assign(new Engine(fakePool(await loadHeed())), { attention });
  const peak = await peakOf(() => combineAs(maps, { tensors: [], labels: {} }, state, settings, core));
  expect(peak).toBeLessThan(all.byteLength);
});

test("one head less another is their difference, said with both weights", async () => {
  const { difference, title } = await combinedAs({ weights }, { layer: 1, head: 1, less: "2.2" });
  expect([...(difference?.values ?? [])]).toEqual([0.25, -0.25, -0.5, 0.5]);
  expect(title).toMatch(/ less /);
  const names = { query: (i: number) => `q${i}`, key: (i: number) => `k${i}` };
  const said = difference?.read({ map: 0, query: 1, key: 0 }, names).sentence.join("");
  expect(said).toMatch(/Query q1 gives key k0 a weight of 0\.5\d*, and in .* 1\.?0*: a difference of [−-]0\.500\./);
});

test("a set of other shapes is refused with both shapes, one of the same is compared", async () => {
  const sets = {
    encoder: [
      [
        [1, 0],
        [0, 1],
      ],
    ],
    decoder: [
      [
        [0.5, 0.5],
        [1, 0],
      ],
    ],
    cross: [
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ],
  };
  const names = { encoder_attentions: sets.encoder, decoder_attentions: sets.decoder, cross_attentions: sets.cross };
  const { difference } = await combinedAs(names, { set: "encoder", less: "set:decoder" });
  expect([...(difference?.values ?? [])]).toEqual([0.5, -0.5, -1, 1]);
  await expect(combinedAs(names, { set: "encoder", less: "set:cross" })).rejects.toThrow(/2 × 3.* 2 × 2/);
  await expect(combinedAs(names, { set: "encoder", less: "set:others" })).rejects.toThrow(
    "there are no maps named “others”; there are encoder, decoder, cross",
  );
});
