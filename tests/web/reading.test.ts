import { describe, expect, test } from "vitest";
import { exact, reading, shareInWords } from "../../web/src/charts/format";
import type { HeadMap } from "../../web/src/compute/client";
import { strongestCell } from "../../web/src/figure/maps/strongest-cell";
import { read } from "../../web/src/figure/reading";

const map = (weights: number[][], visible: number[]): HeadMap => ({
  queries: weights.length,
  keys: weights.length,
  weights: Float32Array.from(weights.flat()),
  entropy: Float32Array.from(weights, (row) => -row.reduce((sum, w) => sum + (w > 0 ? w * Math.log(w) : 0), 0)),
  normalisedEntropy: new Float32Array(weights.length).fill(0.5),
  largestEntropy: Float32Array.from(visible, (keys) => Math.log(Math.max(1, keys))),
  visibleKeys: Float32Array.from(visible),
  meanWeight: 0,
  maxWeight: 1,
  minWeight: 0,
  meanEntropy: 0,
});
const full = map(
  [
    [0.75, 0.25],
    [0.4, 0.6],
  ],
  [2, 2],
);
const causal = map(
  [
    [1, 0],
    [0.4, 0.6],
  ],
  [1, 2],
);
const aloud = (m: HeadMap, query: number, key: number | null, head = 0) =>
  read(m, { query, key, map: head }).sentence.join("");

describe("the sentence", () => {
  test("says weight, share and what is kept", () => {
    expect(aloud(full, 0, 1)).toBe(
      "Query 0 gives key 1 a weight of 0.250, half of an equal share (1/2 = 0.500). Its weight for itself is 0.750.",
    );
    expect(aloud(full, 0, 0)).toBe("Query 0 gives key 0 a weight of 0.750, 1.5 times an equal share (1/2 = 0.500).");
    expect(aloud(full, 1, 0, 2)).toMatch(/^In head 2, query 1 gives key 0 a weight of 0\.400/);
  });

  test("tells a masked cell from a weight of 0", () => {
    expect(aloud(causal, 0, 1)).toBe(
      "Query 0 does not see key 1: the mask hides every later token, and the weight is 0.",
    );
    expect(aloud(causal, 0, 0)).toBe("Query 0 gives key 0 a weight of 1.000, the only key it sees.");
  });

  test("reads a whole query", () => {
    expect(aloud(full, 1, null)).toBe(
      "Query 1 sees 2 keys: its entropy is 0.673 nats, where ln 2 = 0.693 is the maximum, with equal weights.",
    );
  });
});

test("shares in words", () => {
  expect([1, 0.5, 0.34, 1 / 6, 0.1, 0.8, 2, 2.4, 8, 1 / 40, 0].map(shareInWords)).toEqual(
    [
      "an",
      "half of an",
      "a third of an",
      "a sixth of an",
      "a tenth of an",
      "0.8 of an",
      "twice an",
      "2.4 times an",
      "8 times an",
      "1/40 of an",
      "nothing of an",
    ].map((start) => `${start} equal share`),
  );
});

test("small weights keep three digits", () => {
  expect([0.0221, 0.00214, 0.000123, 3.2e-7, 0, 1].map(reading)).toEqual([
    "0.022",
    "0.00214",
    "0.000123",
    "3.20e-7",
    "0",
    "1.000",
  ]);
});

test("exact values name their float32", () => {
  expect([0.5, Math.fround(0.1), Math.fround(1 / 3), 1, 0].map(exact)).toEqual(["0.5", "0.1", "0.33333334", "1", "0"]);
  expect([1e-7, 2.5e-8, -3e-40].map(Math.fround).map(exact)).toEqual(["1e-7", "2.5e-8", "-3e-40"]);
});

test("at rest the figure reads the strongest look at another token", () => {
  expect(strongestCell(full)).toEqual({ query: 1, key: 0, map: 0 });
  expect(strongestCell(map([[1]], [1]))).toEqual({ query: 0, key: 0, map: 0 });
  expect(strongestCell({ ...full, queries: 4096 })).toBeNull();
  const negative = map(
    [
      [-5, -2],
      [-3, -4],
    ],
    [2, 2],
  );
  expect(strongestCell(negative)).toEqual({ query: 0, key: 1, map: 0 });
});
