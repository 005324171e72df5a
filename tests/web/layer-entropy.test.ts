import { beforeAll, describe, expect, test } from "vitest";
import { layerLayout, layerMargin } from "../../web/src/charts/curves/layer-layout";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { attentionData } from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import { layerEntropy, layerEntropyOf, readLayer } from "../../web/src/figure/own/layer-entropy";
import { attentionSettings } from "../../web/src/figures/attention/attention-state";
import { fromJson } from "../../web/src/formats/text/json";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";
import { defaultsOf } from "../../web/src/model/settings";
import { fakePool } from "./fake-pool";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const one = [
  [1, 0],
  [0, 1],
];
const even = [
  [0.5, 0.5],
  [0.5, 0.5],
];

async function entropyOf(weights: number[][][][]) {
  const file = fromJson({ weights }, "data", rawNumbers);
  const state = defaultsOf(attentionSettings);
  const settings = { causal: false, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };
  const maps = await attentionMaps(attentionData(file, state).data, settings, engine);
  await maps.describeAll(() => {}, new AbortController().signal);
  return layerEntropyOf(maps, engine);
}

describe("entropy by layer", () => {
  test("is that of each head, and the mean of each layer's heads", async () => {
    const entropy = await entropyOf([
      [one, even],
      [even, even],
      [one, one],
    ]);
    const most = Math.fround(Math.LN2);
    expect(entropy).toMatchObject({ layers: 3, heads: 2, firstLayer: 0, unit: "nats" });
    for (const [i, value] of [0, most, most, most, 0, 0].entries()) expect(entropy?.values[i]).toBeCloseTo(value, 6);
    for (const [i, mean] of [most / 2, most, 0].entries()) expect(entropy?.means[i]).toBeCloseTo(mean, 6);
  });

  test("is not there for one layer", async () => {
    expect(await entropyOf([[one, even]])).toBeNull();
  });

  test("reads a head and its layer, which may not be the first", async () => {
    const shown = await layerEntropy(
      { layers: 2, heads: 3, firstLayer: 4, values: Float32Array.of(0, 1, 2, 3, 3, 3), unit: "nats" },
      engine,
    );
    expect([...shown.means]).toEqual([1, 3]);
    expect(readLayer(shown, { layer: 0, head: 2 }).sentence.join("")).toBe(
      "Layer 5, head 3 has a mean entropy of 2.000 nats; the mean of the layer’s 3 heads is 1.000.",
    );
  });

  test("leaves out what is not known", async () => {
    const shown = await layerEntropy(
      { layers: 2, heads: 2, firstLayer: 0, values: Float32Array.of(Number.NaN, 1, 0.5, 0.5), unit: "nats" },
      engine,
    );
    const { dots, line } = layerLayout(shown, { width: 300, height: 200 });
    expect(dots.map(({ layer, head }) => [layer, head])).toEqual([
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(line).toHaveLength(1);
  });
});

test("every dot lies within the axes, and is found by its place", () => {
  const layers = 12;
  const values = Float32Array.from({ length: layers * 12 }, (_, i) => (i * 7) % 5);
  const data = { layers, heads: 12, firstLayer: 0, values, means: new Float32Array(layers).fill(2), name: "" };
  for (const width of [300, 1000]) {
    const { dots, headAt, xTicks } = layerLayout(data, { width, height: 220 });
    for (const { at, ...head } of dots) {
      expect(at[0]).toBeGreaterThanOrEqual(layerMargin.left);
      expect(at[0]).toBeLessThanOrEqual(width - layerMargin.right);
      expect(at[1]).toBeGreaterThanOrEqual(layerMargin.top);
      expect(at[1]).toBeLessThanOrEqual(220 - layerMargin.bottom);
      const found = headAt(...at);
      // Heads of the same entropy lie on each other.
      expect(values[(found?.layer ?? 0) * 12 + (found?.head ?? 0)]).toBe(values[head.layer * 12 + head.head]);
      expect(found?.layer).toBe(head.layer);
    }
    expect(xTicks.length).toBeGreaterThan(4);
  }
});
