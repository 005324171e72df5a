import { expect, test } from "vitest";
import { logFloor, scaledWeights } from "../../web/src/charts/color/color-scale";
import { attentionData, type DataChoices, explain } from "../../web/src/figure/own/attention-data";
import type { Assignment } from "../../web/src/formats/layouts/choices";
import { roles } from "../../web/src/formats/layouts/reading";
import { fromJson } from "../../web/src/formats/text/json";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";

const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const fileOf = (value: unknown) => fromJson(value, "data", rawNumbers);
const asGuessed: DataChoices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 };
const read = (value: unknown, choices: Partial<DataChoices> = {}) =>
  attentionData(fileOf(value), { ...asGuessed, ...choices });
const explained = (value: unknown, chosen: Assignment | null = null) => explain(read(value, { roles: chosen }).data);

/** The names of the tensors in each role. */
const assigned = (value: unknown) => {
  const { parts } = read(value).set;
  return Object.fromEntries(roles.flatMap((role) => (parts[role] ? [[role, parts[role].family.id]] : [])));
};

test("roles by name, whatever stands before it", () => {
  expect(assigned({ v: zeros(2, 2), "model.0.k": zeros(2, 2), Q: zeros(2, 2) })).toEqual({
    query: "Q",
    key: "model.0.k",
    value: "v",
  });
  expect(assigned({ x: zeros(2, 2), attentions: zeros(2, 2) })).toEqual({ weights: "attentions" });
});

test("a bias and a mask that is added to scores are added, each broadcast", () => {
  const file = {
    q: zeros(1, 2, 2, 1),
    k: zeros(1, 2, 3, 1),
    attn_bias: { shape: [1, 2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    attention_mask: { shape: [1, 1, 2, 1], data: Float32Array.of(0, -10) },
  };
  const { data } = read(file);
  expect("bias" in data && data.bias).toEqual({
    shape: [1, 2, 2, 3],
    data: Float32Array.of(1, 2, 3, -9, -8, -7, 4, 5, 6, -6, -5, -4),
  });
});

test("a bias and a mask whose sum is too large are refused before it is made", () => {
  const file = {
    q: zeros(1, 1, 20000, 1),
    k: zeros(1, 1, 20000, 1),
    attn_bias: zeros(1, 1, 1, 20000),
    attention_mask: { shape: [1, 1, 20000, 1], data: new Float32Array(20000).fill(-1e9) },
  };
  expect(() => read(file)).toThrow("1 maps of 20000 × 20000 weights need 1.6 GB; the page keeps to 1 GB");
});

test("roles by shape where names say nothing", () => {
  expect(assigned({ a1: zeros(4, 8, 3), b1: zeros(4, 9, 3), c1: zeros(4, 9, 5) })).toEqual({
    query: "a1",
    key: "b1",
    value: "c1",
  });
  expect(assigned({ a1: zeros(8, 3), b1: zeros(9, 3), c1: zeros(7, 5) })).toEqual({ query: "a1", key: "b1" });
  expect(assigned({ x: zeros(3, 3) })).toEqual({ weights: "x" });
  expect(() => assigned({ x: zeros(3) })).toThrow("x has a shape (3,); a matrix of at least two axes is needed");
});

test("shapes are said in words", () => {
  expect(explained({ w: zeros(6, 1, 12, 5, 7) }, { weights: "w" })).toBe(
    "weights: 6 layers, 12 heads, 5 queries × 7 keys",
  );
  expect(explained({ q: zeros(4, 8, 16), k: zeros(4, 8, 16) })).toBe("Q and K: 4 heads, 8 tokens, d_k 16");
  expect(explained({ q: zeros(1, 2), k: zeros(3, 2) })).toBe("Q and K: 1 head, 1 query, 3 keys, d_k 2");
});

test("tokens go to the axes whose length they have", () => {
  const value = { w: zeros(2, 3), tokens: ["a", "b", "c"], queryTokens: ["x", "y"] };
  expect(read(value).data).toMatchObject({ queryTokens: ["x", "y"], keyTokens: ["a", "b", "c"] });
  const short = read({ w: zeros(2, 2), tokens: ["a"] }).data;
  expect(short).not.toHaveProperty("keyTokens");
  expect(short.problem).toBe("1 token for 2 positions: the axes are numbered");
});

test("what does not fit is named", () => {
  const value = { w: zeros(3), q: zeros(2, 2), none: zeros(0, 4) };
  expect(() => read(value, { roles: { weights: "w" } })).toThrow("w has a shape (3,); a matrix");
  expect(() => read(value, { roles: { weights: "none" } })).toThrow("none has a shape (0, 4), which holds nothing");
  expect(() => read(value, { roles: { query: "q" } })).toThrow("neither weights nor both Q and K are chosen");
});

test("scales of colour", () => {
  const map = {
    queries: 2,
    keys: 2,
    visibleKeys: Float32Array.of(2, 2),
    weights: Float32Array.of(0.5, 0.005, 0, Number.NaN),
  };
  const shares = (tone: Parameters<typeof scaledWeights>[1]) => [...scaledWeights(map, tone, 0.5).weights];
  expect(shares("linear")).toEqual([1, Math.fround(0.01), 0, Number.NaN]);
  // A hundredth is half of the way down to the floor of a ten-thousandth.
  expect(logFloor).toBe(1e-4);
  expect(shares("log")[1]).toBeCloseTo(0.5, 6);
  expect(shares("log").slice(2)).toEqual([0, Number.NaN]);
  expect([...scaledWeights({ ...map, weights: Float32Array.of(0.2, 0.1, 0, 0) }, "row maximum", 1).weights]).toEqual([
    1, 0.5, 0, 0,
  ]);
  // The largest of a row is that of its numbers.
  const withNan = { ...map, weights: Float32Array.of(0.25, Number.NaN, Number.NaN, 0.5) };
  expect([...scaledWeights(withNan, "row maximum", 1).weights]).toEqual([1, Number.NaN, Number.NaN, 1]);
});
