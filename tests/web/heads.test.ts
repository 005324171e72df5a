import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Palette } from "../../web/src/charts/color/palette";
import { type Lab, loadLab, type Model } from "../../web/src/compute/lab";
import { type HeadSet, randomHeads } from "../../web/src/compute/maps/head-set";
import { trainedHeads, trainedShift } from "../../web/src/compute/training/trained-heads";
import { dendrogramLayout } from "../../web/src/figures/heads/dendrogram";
import { reachOf } from "../../web/src/figures/heads/head-metrics";
import { headOrder } from "../../web/src/figures/heads/head-order";
import { labelOf, readWeight } from "../../web/src/figures/heads/head-readings";
import { headsSettings, toggled } from "../../web/src/figures/heads/heads-state";
import { namesOf, type ShownHeads } from "../../web/src/figures/heads/shown-heads";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";

let lab: Lab;
let model: Model;
beforeAll(async () => {
  lab = await loadLab();
  const file = new URL("../../web/public/models/induction.safetensors", import.meta.url);
  model = lab.openModel(new Uint8Array(readFileSync(file))) as Model;
});

const counts = [1, 2, 4, 8, 16];
const random = (heads: number, off: number[] = []) =>
  randomHeads(lab, { tokens: 32, heads, seed: 42, off, pair: null });

function trained() {
  const [example] = model.examples(42, 1);
  if (!example) throw new Error("the task made no sequence");
  const { tokens } = example;
  const shift = (off: number[]) => trainedShift(lab, model, { tokens, off });
  return { tokens, shift, set: trainedHeads(lab, model, { tokens, pair: null }) };
}

const divergenceOf = ({ divergence: { data, shape } }: HeadSet) => {
  const heads = shape[3];
  return Array.from({ length: heads }, (_, a) => [...data.subarray(a * heads, (a + 1) * heads)]);
};

test("one head and many cost the same multiplications and parameters; only the exponentials grow, with the heads", () => {
  const costs = counts.map((heads) => lab.attentionCost({ queries: 32, dModel: 64, heads, causal: true }));
  for (const [i, cost] of costs.entries()) {
    expect(cost.multiplyAdds).toBe(costs[0]?.multiplyAdds);
    expect(cost.parameters).toBe(4 * 64 * 64);
    // One for each pair that a causal head sees.
    expect(cost.exponentials).toBe(((counts[i] ?? 0) * 32 * 33) / 2);
  }
});

describe("the divergence between heads", () => {
  test.each([...counts.map((heads) => [heads, () => random(heads)] as const), [0, () => trained().set] as const])(
    "symmetric, 0 for a head and itself, at most ln 2: %i heads (0: the trained ones)",
    (_, setOf) => {
      const divergence = divergenceOf(setOf());
      for (const [a, row] of divergence.entries()) {
        expect(row[a]).toBe(0);
        for (const [b, apart] of row.entries()) {
          expect(apart).toBe(divergence[b]?.[a]);
          expect(apart).toBeGreaterThanOrEqual(0);
          expect(apart).toBeLessThanOrEqual(Math.fround(Math.LN2));
        }
      }
    },
  );

  test("trained heads fall into two groups, a layer each; random ones into none", () => {
    const { set } = trained();
    const last = set.merges.at(-1)?.distance ?? 0;
    const before = set.merges.at(-2)?.distance ?? 0;
    expect(last).toBeGreaterThan(3 * before);
    expect(new Set(set.order.slice(0, 4).map((head) => Math.floor(head / 4))).size).toBe(1);
    const { merges } = random(8);
    expect(merges.at(-1)?.distance).toBeLessThan(1.5 * (merges[0]?.distance ?? 0));
    expect(last).toBeGreaterThan(3 * (merges.at(-1)?.distance ?? 1));
  });

  test("two heads are compared as they are asked for, or else those with the smallest and the largest mean distance", () => {
    const asked = randomHeads(lab, { tokens: 8, heads: 4, seed: 1, off: [], pair: [2, 0] });
    expect(asked.pair).toEqual([2, 0]);
    const { data } = asked.weights;
    for (const [i, difference] of asked.difference.data.entries())
      expect(difference).toBe(Math.fround((data[2 * 64 + i] as number) - (data[i] as number)));
    for (const set of [random(8), trained().set]) {
      const distances = set.metrics.map(({ meanDistance }) => meanDistance);
      expect(set.pair.map((head) => distances[head])).toEqual([Math.min(...distances), Math.max(...distances)]);
    }
    expect(randomHeads(lab, { tokens: 8, heads: 2, seed: 1, off: [], pair: [0, 3] }).pair).not.toContain(3);
  });
});

describe("what heads look at", () => {
  test("trained ones at the token before and at what followed, far more than random ones do", () => {
    const { set, tokens } = trained();
    const chance = random(8);
    const followed = (lab.headScores(chance.weights, tokens, true) ?? []).map(({ induction }) => induction);
    const most = Math.max(...followed);
    const mostPrevious = Math.max(...chance.metrics.map(({ previousToken }) => previousToken));
    for (let head = 0; head < 4; head++) {
      expect(set.metrics[head]?.previousToken).toBeGreaterThan(3 * mostPrevious);
      expect(set.induction?.[4 + head]).toBeGreaterThan(0.9);
      expect(set.induction?.[4 + head]).toBeGreaterThan(5 * most);
      expect(set.metrics[4 + head]?.meanDistance).toBeGreaterThan(set.metrics[head]?.meanDistance ?? 0);
    }
  });

  test("random ones spread: each close to the most entropy possible", () => {
    for (const { entropy } of random(8).metrics) expect(entropy).toBeGreaterThan(0.8);
  });
});

describe("heads that are off", () => {
  test("none: the output stays; one: it moves as far as is said under that head; all: nothing is left", () => {
    for (const heads of counts) {
      const { shift, alone } = random(heads);
      expect(shift).toBe(0);
      for (const [head, moves] of alone.entries()) expect(Math.fround(random(heads, [head]).shift)).toBe(moves);
      // ‖0 − output‖ / ‖output‖ = 1 means that the output is 0, for the numerator's norm is then the denominator's.
      expect(random(heads, [...alone.keys()]).shift).toBe(1);
    }
  });

  test("heads that are not there are left out", () => {
    expect(random(2, [1, 7]).shift).toBe(random(2, [1]).shift);
    const { shift } = trained();
    expect(shift([3, 40])).toBe(shift([3]));
  });

  test("one induction head is replaced by the others, all four are not; the model is whole again afterwards", () => {
    const { set, shift } = trained();
    expect(shift([])).toBe(0);
    for (const [head, moves] of set.alone.entries()) expect(Math.fround(shift([head]))).toBe(moves);
    expect(Math.max(...set.alone.subarray(4))).toBeLessThan(0.3);
    expect(shift([4, 5, 6, 7])).toBeGreaterThan(0.7);
    expect(shift([0, 1, 2, 3])).toBeCloseTo(1.182, 3);
    expect(trained().set.weights).toEqual(set.weights);
  });
});

test("heads of the first layer are local: half of their weight and more goes to tokens at most two away; the others are global", () => {
  const { set } = trained();
  expect(set.metrics.map(({ local }) => reachOf(local))).toEqual([
    ...Array(4).fill("local"),
    ...Array(4).fill("global"),
  ]);
  expect(random(8).metrics.map(({ local }) => reachOf(local))).toEqual(Array(8).fill("global"));
});

test("of the trained heads, the one with the smallest mean distance is local, the one with the largest global", () => {
  const { set } = trained();
  const palette = { paper: "#fff", ink: "#000", maps: ["#000", "#00f", "#f00"] } as unknown as Palette;
  const shown: ShownHeads = {
    set,
    ...namesOf(2, 4, palette),
    order: headOrder(set, "distance"),
    isGrouped: false,
    off: [],
    result: null,
    words: null,
  };
  expect(set.pair).toEqual([shown.order[0], shown.order.at(-1)]);
  expect(set.pair.map((head) => labelOf(shown, head))).toEqual([
    "Head 1.2: local, mean distance 3.8 tokens",
    "Head 2.2: global, mean distance 9.9 tokens",
  ]);
  expect(readWeight(shown, 1, { query: 1, key: 0 })).toMatch(/^query 1, key 0: 0\.\d{3}$/);
});

test("by distance, the heads that attend to near keys come first: those of the first layer, at the previous token", () => {
  const { set } = trained();
  const order = headOrder(set, "distance");
  const distances = order.map((head) => set.metrics[head]?.meanDistance ?? 0);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  expect([...order.slice(0, 4)].sort()).toEqual([0, 1, 2, 3]);
  expect(headOrder(set, "number")).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(headOrder(set, "similarity")).toEqual(set.order);
});

describe("what is set", () => {
  test("goes to the address and comes back", () => {
    const state = {
      ...defaultsOf(headsSettings),
      heads: 16,
      "random-off": [0, 3],
      "trained-pair": { query: 1, key: 6 },
    };
    const search = toSettingsSearch(headsSettings, state, "heads-");
    expect(search).toBe("?heads-heads=16&heads-random-off=0,3&heads-trained-pair=1,6");
    expect(fromSettingsSearch(headsSettings, search, "heads-", defaultsOf(headsSettings)).state).toEqual(state);
  });

  test("what is no list of heads is refused in words", () => {
    for (const text of ["0,x", "99", "-1", "1,,2"])
      expect(headsSettings["random-off"].parse(text)).toEqual({
        problem: `random-off is a list of heads like “0,3”, not “${text}”`,
      });
    expect(headsSettings["random-off"].parse("3,0,3")).toEqual({ value: [0, 3] });
  });

  test("a head is off, and on again", () => {
    expect(toggled([1, 5], 3)).toEqual([1, 3, 5]);
    expect(toggled([1, 3, 5], 3)).toEqual([1, 5]);
  });
});

test("groups meet above the middle of what they hold, the higher the less alike, on a square-root scale", () => {
  const merges = [
    { left: 2, right: 0, distance: 0.01 },
    { left: 3, right: 1, distance: 1 },
  ];
  const paths = dendrogramLayout({ merges, order: [2, 0, 1] }, { width: 60, height: 40, max: 1 });
  expect(paths).toEqual(["M10,40V36H30V40", "M20,36V0H50V40"]);
  expect(() =>
    dendrogramLayout({ merges: [{ left: 9, right: 0, distance: 0 }], order: [0] }, { width: 1, height: 1, max: 1 }),
  ).toThrow("merge 0");
});
