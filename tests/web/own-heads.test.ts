/** Heads of a reader's own file, as heed-heads shows them. */
import { beforeAll, expect, test, vi } from "vitest";
import { isVisible } from "../../web/src/charts/heatmap/raster";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { attentionData } from "../../web/src/figure/own/attention-data";
import { readDifference } from "../../web/src/figures/heads/head-readings";
import { headsSettings } from "../../web/src/figures/heads/heads-state";
import { mapOfHead, type ShownHeads } from "../../web/src/figures/heads/shown-heads";
import { fromJson } from "../../web/src/formats/text/json";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";
import { defaultsOf } from "../../web/src/model/settings";
import { fakePool } from "./fake-pool";
import { labEngine } from "./lab-engine";

// What the module loads for the page names what Node does not have.
vi.stubGlobal("navigator", { hardwareConcurrency: 1 });
vi.stubGlobal("HTMLElement", class {});
vi.stubGlobal(
  "CSSStyleSheet",
  class {
    replaceSync() {}
  },
);

let engine: Pick<Engine, "attention" | "describe" | "lab">;
beforeAll(async () => {
  const core = new Engine(fakePool(await loadHeed()));
  engine = Object.assign(core, await labEngine());
});

test("keys that a mask hides are those that the core says, though they are not the last", async () => {
  const { ownHeads } = await import("../../web/src/figures/heads/own-heads");
  const q = { shape: [1, 2, 2, 1], data: new Float32Array(4) };
  const k = { shape: [1, 2, 3, 1], data: new Float32Array(6) };
  const attn_bias = { shape: [1, 2, 1, 3], data: Float32Array.of(-1 / 0, -1 / 0, 0, -1 / 0, 0, 0) };
  const state = defaultsOf(headsSettings);
  const read = attentionData(fromJson({ q, k, attn_bias }, "data", rawNumbers), state);
  const own = await ownHeads(read, state, engine);
  const shown = [0, 1].map((head) => {
    const map = mapOfHead(own.set, head);
    return Array.from(map.weights, (_, i) => Number(isVisible(map, Math.floor(i / map.keys), i % map.keys))).join("");
  });
  expect(shown).toEqual(["001001", "011011"]);
  const names = { names: own.names, words: null, keyWords: null } as unknown as ShownHeads;
  const aloud = (key: number) => readDifference({ ...names, set: own.set }, { query: 0, key }).sentence.join("");
  expect(aloud(0)).toBe("Query 0 does not see key 0, which the mask hides.");
  expect(aloud(1)).toMatch(/^Query 0 gives key 1 .*: a difference of [−+-]?0\.500\.$/);
});
