import { beforeAll, describe, expect, test } from "vitest";
import { isVisible } from "../../web/src/charts/heatmap/raster";
import { rowLayout } from "../../web/src/charts/heatmap/row-layout";
import { between } from "../../web/src/charts/paint-events";
import { type Heed, loadHeed } from "../../web/src/compute/heed";
import { maskedHead } from "../../web/src/compute/maps/masked-head";
import { read } from "../../web/src/figure/reading";
import { type MasksState, maskOptions, masksSettings } from "../../web/src/figures/masks/masks-state";
import { fitted, formatPainted, maskOf, painted, parsePainted } from "../../web/src/figures/masks/painted-mask";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";

const defaults = defaultsOf(masksSettings);

let heed: Heed;
beforeAll(async () => {
  heed = await loadHeed();
});

const under = (change: Partial<MasksState>) => {
  const state = { ...defaults, ...change };
  return maskedHead(heed, { tokens: state.tokens, seed: state.seed, head: 2, options: maskOptions(state) });
};

describe("painted masks", () => {
  test("an address and a mask are each other's inverse, at every size", () => {
    for (let size = 1; size <= 24; size++) {
      const mask = maskOf(size, (query, key) => (query * 7 + key * 3) % 5 < 2);
      const text = formatPainted(mask);
      expect(parsePainted("painted", text)).toEqual({ value: mask });
      expect(text.length).toBeLessThanOrEqual(3 + Math.ceil(size ** 2 / 6));
      expect(encodeURIComponent(text)).toBe(text);
    }
  });

  test("what is no mask is named", () => {
    for (const text of ["", "12", "25.AAAA", "0.", "2.A!", "2.AA", "3.A"])
      expect(parsePainted("painted", text)).toHaveProperty("problem");
  });

  test("one cell changes, and more tokens continue causally", () => {
    const mask = painted(
      maskOf(2, () => false),
      0,
      1,
      true,
    );
    expect([...mask.open]).toEqual([0, 1, 0, 0]);
    expect([...fitted(mask, 3).open]).toEqual([0, 1, 0, 0, 0, 0, 1, 1, 1]);
    expect([...fitted(mask, 1).open]).toEqual([0]);
  });

  test("every state goes through the address", () => {
    const state: MasksState = {
      ...defaults,
      mask: "painted",
      tokens: 5,
      before: 2,
      painted: maskOf(5, (q, k) => q === k),
      cell: { query: 3, key: 3 },
    };
    const search = toSettingsSearch(masksSettings, state, "masks-");
    expect(fromSettingsSearch(masksSettings, search, "masks-", defaults)).toEqual({ state, problems: [] });
    expect(fromSettingsSearch(masksSettings, "?masks-painted=x&masks-cell=1", "masks-", defaults)).toEqual({
      state: defaults,
      problems: ["painted is a size from 1 to 24 and its cells in base64url, not “x”", "cell is “query,key”, not “1”"],
    });
  });

  test("a stroke skips no cell", () => {
    expect(between({ query: 0, key: 0 }, { query: 1, key: 3 })).toEqual([
      { query: 0, key: 1 },
      { query: 1, key: 2 },
      { query: 1, key: 3 },
    ]);
    expect(between({ query: 2, key: 2 }, { query: 2, key: 2 })).toEqual([]);
  });
});

describe("what masks do to the numbers shown", () => {
  test.each<[Partial<MasksState>, (query: number, key: number) => boolean]>([
    [{ mask: "none" }, () => true],
    [{ mask: "causal" }, (query, key) => key <= query],
    [{ mask: "window", before: 2, after: 1 }, (query, key) => key >= query - 2 && key <= query + 1],
    [{ mask: "padding", real: 7 }, (_, key) => key < 7],
    [{ mask: "padding", real: 20 }, () => true],
    [{ mask: "prefix", prefix: 4 }, (query, key) => key < 4 || key <= query],
    [{ mask: "painted" }, (query, key) => key <= query && query !== 5],
  ])("%o hides what it says, and nothing else", (change, expected) => {
    const { masked } = under(change);
    for (let query = 0; query < 12; query++)
      for (let key = 0; key < 12; key++) {
        expect(isVisible(masked, query, key)).toBe(expected(query, key));
        if (!expected(query, key)) expect(masked.weights[query * 12 + key]).toBe(0);
      }
  });

  test("what is hidden is shared out in the proportions of what remains", () => {
    const { masked, open } = under({ mask: "window" });
    for (let query = 0; query < 12; query++) {
      const keys = Array.from({ length: 12 }, (_, key) => key).filter((key) => isVisible(masked, query, key));
      const at = (weights: Float32Array, key: number) => weights[query * 12 + key] as number;
      const remaining = keys.reduce((sum, key) => sum + at(open.weights, key), 0);
      // Float32 weights, of which each has an error of its own.
      for (const key of keys) expect(at(masked.weights, key)).toBeCloseTo(at(open.weights, key) / remaining, 6);
    }
  });

  test("the entropy stays under the logarithm of the visible keys", () => {
    for (const mask of ["causal", "window", "prefix", "padding"] as const) {
      const { masked } = under({ mask });
      for (const [query, entropy] of masked.entropy.entries())
        expect(entropy).toBeLessThanOrEqual(Math.log(masked.visibleKeys[query] as number) + 1e-6);
    }
  });

  test("a row without a key has weights and entropy 0, and is read so; the others do not change", () => {
    const { masked } = under({ mask: "painted" });
    const causal = under({ mask: "causal" }).masked;
    expect(masked.visibleKeys[5]).toBe(0);
    expect(masked.entropy[5]).toBe(0);
    expect(masked.normalisedEntropy[5]).toBe(0);
    for (const [i, weight] of masked.weights.entries())
      expect(weight).toBe(Math.floor(i / 12) === 5 ? 0 : causal.weights[i]);
    expect(read(masked, { query: 5, key: 2, map: 3 }).sentence.join("")).toBe(
      "In head 3, query 5 sees no key: its weights, its output and its entropy are 0.",
    );
    expect(read(masked, { query: 4, key: 8, map: 3 }).sentence.join("")).toContain("the mask hides it");
  });

  test("one open cell gets the weight 1 whatever its score", () => {
    const { masked } = under({ mask: "window", before: 0, after: 0 });
    for (let query = 0; query < 12; query++) expect(masked.weights[query * 13]).toBe(1);
  });
});

test("bars of a row stand on the axis, as wide as there are keys, with the outline of the open weight", () => {
  const layout = rowLayout(
    { weights: [0.5, 0, 0.5], open: [0.25, 0.5, 0.25], isVisible: (key) => key !== 1, max: 1 },
    { width: 342, height: 146 },
  );
  expect(layout.bars.map(({ top }) => layout.bottom - top)).toEqual([50, 0, 50]);
  expect(layout.bars.map(({ openTop }) => layout.bottom - openTop)).toEqual([25, 50, 25]);
  expect(layout.bars.map(({ isVisible }) => isVisible)).toEqual([true, false, true]);
  expect([34, 133, 134, 233, 500].map(layout.keyAt)).toEqual([0, 0, 1, 1, 2]);
});
