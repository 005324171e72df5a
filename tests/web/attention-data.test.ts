import { expect, test } from "vitest";
import { logFloor, scaledWeights } from "../../web/src/charts/color/color-scale";
import { assign, attentionData, explain } from "../../web/src/figures/attention/attention-data";
import { fromJson } from "../../web/src/formats/json";

const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
const fileOf = (value: unknown) => fromJson(value, "data");

test("roles by name, whatever stands before it", () => {
  expect(assign(fileOf({ v: zeros(2, 2), "model.0.k": zeros(2, 2), Q: zeros(2, 2) }))).toEqual({
    query: "Q",
    key: "model.0.k",
    value: "v",
  });
  expect(assign(fileOf({ x: zeros(2, 2), attentions: zeros(2, 2) }))).toEqual({ weights: "attentions" });
});

test("roles by shape where names say nothing", () => {
  expect(assign(fileOf({ a1: zeros(4, 8, 3), b1: zeros(4, 9, 3), c1: zeros(4, 9, 5) }))).toEqual({
    query: "a1",
    key: "b1",
    value: "c1",
  });
  expect(assign(fileOf({ a1: zeros(8, 3), b1: zeros(9, 3), c1: zeros(7, 5) }))).toEqual({ query: "a1", key: "b1" });
  expect(assign(fileOf({ x: zeros(3, 3) }))).toEqual({ weights: "x" });
  expect(assign(fileOf({ x: zeros(3) }))).toEqual({});
});

test("shapes are brought to four axes and said in words", () => {
  const weights = attentionData(fileOf({ w: zeros(6, 1, 12, 5, 7) }), { weights: "w" });
  expect(weights).toMatchObject({ weights: { shape: [6, 12, 5, 7] } });
  expect(explain(weights)).toBe("weights: 6 layers, 12 heads, 5 queries × 7 keys");
  const heads = attentionData(fileOf({ q: zeros(4, 8, 16), k: zeros(4, 8, 16) }), { query: "q", key: "k" });
  expect(explain(heads)).toBe("Q and K: 4 heads, 8 tokens, d_k 16");
  expect(explain(attentionData(fileOf({ q: zeros(1, 2), k: zeros(3, 2) }), { query: "q", key: "k" }))).toBe(
    "Q and K: 1 head, 1 query, 3 keys, d_k 2",
  );
});

test("tokens go to the axes whose length they have", () => {
  const file = fileOf({ w: zeros(2, 3), tokens: ["a", "b", "c"], queryTokens: ["x", "y"] });
  expect(attentionData(file, { weights: "w" })).toMatchObject({ queryTokens: ["x", "y"], keyTokens: ["a", "b", "c"] });
  expect(attentionData(fileOf({ w: zeros(2, 2), tokens: ["a"] }), { weights: "w" })).not.toHaveProperty("keyTokens");
});

test("what does not fit is named", () => {
  const file = fileOf({ w: zeros(3), q: zeros(2, 2), none: zeros(0, 4) });
  expect(() => attentionData(file, { weights: "w" })).toThrow("w has a shape (3,); a matrix");
  expect(() => attentionData(file, { weights: "none" })).toThrow("none has a shape (0, 4), which holds nothing");
  expect(() => attentionData(file, { query: "q" })).toThrow("neither weights nor both Q and K are chosen");
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
});
