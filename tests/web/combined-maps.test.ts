import { beforeAll, expect, test } from "vitest";
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
import { fakePool } from "./fake-pool";

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
