import { beforeAll, describe, expect, test } from "vitest";
import { type Lab, loadLab } from "../../web/src/compute/lab";
import { type GivenHeadsRequest, givenHeads } from "../../web/src/compute/maps/given-heads";
import { headsSettings } from "../../web/src/figures/heads/heads-state";
import { shownLayers } from "../../web/src/figures/heads/shown-layers";
import { fromJson } from "../../web/src/formats/text/json";
import { defaultsOf, fromSettingsSearch, toSettingsSearch, withoutOwn } from "../../web/src/model/settings";

let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

/** Heads of weights, a matrix each. */
function request(heads: number[][][], more: Partial<GivenHeadsRequest> = {}): GivenHeadsRequest {
  const [queries, keys] = [heads[0]?.length ?? 0, heads[0]?.[0]?.length ?? 0];
  return {
    weights: { data: Float32Array.from(heads.flat(2)), shape: [1, heads.length, queries, keys] },
    visibleKeys: { data: new Float32Array(heads.length * queries).fill(keys), shape: [1, heads.length, queries, 1] },
    names: heads.map((_, i) => String(i + 1)),
    mayBeOneSequence: true,
    ...more,
  };
}

const self = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const previous = [
  [1, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
];
const even = [
  [1, 0, 0],
  [0.5, 0.5, 0],
  [1 / 3, 1 / 3, 1 / 3],
];

describe("heads whose weights are given", () => {
  test("have the metrics of their weights, and the causal keys are those that they see", () => {
    const set = givenHeads(lab, request([self, previous, even]));
    expect(set.isCausal).toBe(true);
    expect(set.offset).toBe(0);
    expect([...set.visibleKeys.data.subarray(0, 3)]).toEqual([1, 2, 3]);
    const [a, b, c] = set.metrics;
    expect(a).toMatchObject({ self: 1, previousToken: 0, meanDistance: 0, entropy: 0 });
    expect(b).toMatchObject({ previousToken: 1, self: 1 / 3, meanDistance: 2 / 3 });
    // Of two keys and of three an equal share is the maximum; float32 has 1/3 within 2⁻²⁵.
    expect(c?.entropy).toBeCloseTo(1, 6);
    expect(set.alone).toHaveLength(0);
  });

  test("diverge by ln 2 where no key has weight in both, row by row", () => {
    const { divergence, pair } = givenHeads(lab, request([self, previous]));
    // Row 0 is equal, rows 1 and 2 share nothing.
    expect(divergence.data[1]).toBeCloseTo((2 / 3) * Math.LN2, 6);
    expect([...pair].sort()).toEqual([0, 1]);
  });

  test("of few queries that look back are the last of the keys", () => {
    const last = [
      [0, 0.5, 0.5, 0],
      [0, 0, 0.25, 0.75],
    ];
    const set = givenHeads(lab, request([last]));
    expect(set).toMatchObject({ isCausal: true, offset: 2 });
    expect([...set.visibleKeys.data]).toEqual([3, 4]);
    expect(set.metrics[0]?.self).toBeCloseTo(0.625, 6);
    expect(set.metrics[0]?.previousToken).toBeCloseTo(0.375, 6);
  });

  test("of another sequence have no distances, but an entropy", () => {
    for (const set of [
      givenHeads(
        lab,
        request([
          [
            [0.25, 0.25, 0.25, 0.25],
            [0, 0, 0.5, 0.5],
          ],
        ]),
      ),
      givenHeads(lab, request([self], { mayBeOneSequence: false })),
    ]) {
      expect(set.offset).toBeUndefined();
      expect(set.metrics[0]).toMatchObject({ self: Number.NaN, meanDistance: Number.NaN, firstToken: Number.NaN });
      expect(Number.isFinite(set.metrics[0]?.entropy)).toBe(true);
    }
  });

  test("are scored for induction where tokens are named and repeat", () => {
    // The third token is the first again; what followed that is token 1.
    const looksAtFollower = [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
    ];
    expect(givenHeads(lab, request([looksAtFollower], { tokens: [0, 1, 0] })).induction).toEqual([1]);
    expect(givenHeads(lab, request([looksAtFollower])).induction).toBeUndefined();
  });

  test.each([
    [-0.25, "-0.25"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("are refused by place where a weight is %d", (value, said) => {
    const bad = [
      [1, 0, 0],
      [0, value, 0],
      [0, 0, 1],
    ];
    expect(() => givenHeads(lab, request([self, bad]))).toThrow(`head 2 has ${said} in row 1, column 1`);
  });

  test("a query without any key, as of padding, is left out of the divergence", () => {
    const padded = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ];
    const { divergence, metrics } = givenHeads(lab, request([padded, previous]));
    expect(divergence.data[1]).toBeCloseTo(Math.LN2 / 2, 6);
    expect(metrics.every(({ entropy }) => Number.isFinite(entropy))).toBe(true);
  });
});

describe("how many heads are compared at once", () => {
  const shape = { layers: 12, heads: 12, queries: 37, keys: 37, names: null, dtype: "float32", isHeld: true };
  test.each([
    [{ layers: 2, heads: 12 }, 0, { firstLayer: 0, shownLayers: 2, areFew: true }],
    [{ layers: 2, heads: 12 }, 2, { firstLayer: 1, shownLayers: 1, areFew: true }],
    [{}, 0, { firstLayer: 0, shownLayers: 1, areFew: false }],
    [{}, 5, { firstLayer: 4, shownLayers: 1, areFew: false }],
    [{}, 99, { firstLayer: 11, shownLayers: 1, areFew: false }],
    [{ layers: 1, heads: 100 }, 0, { firstLayer: 0, shownLayers: 1, areFew: false }],
    [{ layers: 2, heads: 16, queries: 1024, keys: 1024 }, 0, { firstLayer: 0, shownLayers: 1, areFew: false }],
  ])("%j, layer %i", (sizes, layer, expected) => expect(shownLayers({ ...shape, ...sizes }, layer)).toEqual(expected));
});

test("a link carries a reader's heads and how they are read; what others are told of has nothing of them", () => {
  const data = fromJson({ weights: [self, previous] }, "data");
  const own = { data, name: "diary", layer: 2, sequence: 3, "own-pair": { query: 1, key: 0 } };
  const state = { ...defaultsOf(headsSettings), ...own, order: "number" as const };
  const search = toSettingsSearch(headsSettings, state, "heads-");
  const { state: read, problems } = fromSettingsSearch(headsSettings, search, "heads-", defaultsOf(headsSettings));
  expect(problems).toEqual([]);
  expect(read).toMatchObject({ name: "diary", layer: 2, sequence: 3, "own-pair": { query: 1, key: 0 } });
  expect(read.data?.tensors[0]?.data).toEqual(data.tensors[0]?.data);
  const told = withoutOwn(headsSettings, state);
  expect(told).toEqual({
    heads: 8,
    trained: "induction",
    order: "number",
    seed: 42,
    "random-off": [],
    "trained-off": [],
    "random-pair": null,
    "trained-pair": null,
  });
});
