import { beforeAll, describe, expect, it } from "vitest";
import { type Lab, loadLab, type ScalingResult } from "../../web/src/compute/lab";

// What the section "Why √d_k" says, on the numbers that its figure shows.

const dims = [1, 4, 16, 64, 256, 1024];
const [keys, queries, repeats] = [64, 32, 8];
let results: Map<number, ScalingResult>;
let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
  results = new Map(dims.map((dim) => [dim, lab.scalingExperiment({ dim, keys, queries, repeats, seed: 1 })]));
});
const at = (dim: number) => results.get(dim) as ScalingResult;

describe("why the scale", () => {
  it("the variance of q·k is d_k, and 1 with the scale", () => {
    for (const dim of dims) {
      // As derived in tests/cpp/explain/scaling_test.cpp; five deviations.
      const deviation = Math.sqrt((2 + 6 / dim + ((queries + keys - 2) * 2) / dim) / (queries * keys * repeats));
      expect(Math.abs(at(dim).unscaled.variance.mean / dim - 1)).toBeLessThan(5 * deviation);
      expect(at(dim).scaled.variance.mean).toBeCloseTo(at(dim).unscaled.variance.mean / dim, 12);
    }
  });

  it("without it the largest weight goes to 1, entropy and gradient go to 0", () => {
    for (const [i, dim] of dims.entries()) {
      const before = dims[i - 1];
      if (before === undefined) continue;
      const [now, then] = [at(dim).unscaled, at(before).unscaled];
      expect(now.largestWeight.median).toBeGreaterThan(then.largestWeight.median);
      expect(now.entropy.median).toBeLessThan(then.entropy.median);
      if (before < 16) continue; // it rises before it falls
      expect(now.jacobian.median).toBeLessThan(then.jacobian.median);
      expect(now.gradient.median).toBeLessThan(then.gradient.median);
    }
    // What the text says of 64: the largest weight is above 0.8, and the gradient about half of the scaled one.
    expect(at(64).unscaled.largestWeight.median).toBeGreaterThan(0.8);
    expect(at(64).unscaled.largestWeight.median).toBeLessThan(0.95);
    const ratio = at(64).unscaled.gradient.median / at(64).scaled.gradient.median;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.65);
    expect(at(1024).unscaled.largestWeight.median).toBeGreaterThan(0.99);
    expect(at(1024).unscaled.gradient.median).toBeLessThan(at(1024).scaled.gradient.median / 100);
    // One row in ten keeps two keys that tie.
    expect(at(1024).unscaled.gradient.high).toBeGreaterThan(0.1);
  });

  it("with it they stay where they are", () => {
    for (const dim of [64, 256]) {
      expect(Math.abs(at(dim).scaled.largestWeight.median / at(1024).scaled.largestWeight.median - 1)).toBeLessThan(
        0.2,
      );
      expect(at(dim).scaled.entropy.median).toBeCloseTo(at(1024).scaled.entropy.median, 1);
      expect(Math.abs(at(dim).scaled.gradient.median / at(1024).scaled.gradient.median - 1)).toBeLessThan(0.2);
    }
    // Half a nat below ln n, as for normal logits; the error of that for 64 keys is 0.03 nats, of the median 0.02.
    expect(Math.abs((1 - at(1024).scaled.entropy.median) * Math.log(keys) - 0.5)).toBeLessThan(0.1);
  });

  it("every number keeps to its bounds", () => {
    for (const dim of dims)
      for (const { largestWeight, entropy, jacobian, firstRow } of [at(dim).unscaled, at(dim).scaled]) {
        expect(largestWeight.low).toBeGreaterThan(1 / keys);
        expect(largestWeight.high).toBeLessThanOrEqual(1);
        expect(entropy.low).toBeGreaterThanOrEqual(0);
        expect(entropy.high).toBeLessThanOrEqual(1);
        expect(jacobian.high).toBeLessThanOrEqual(0.5);
        expect(firstRow.shape).toEqual([1, 1, 1, keys]);
        expect(firstRow.data.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
      }
  });

  it("what cannot be done is refused in the core's words", () => {
    expect(() => lab.scalingExperiment({ dim: 0 })).toThrow("d_k is 0; it must be at least 1");
    expect(() => lab.scalingExperiment({ seed: -1 })).toThrow("seed is -1");
    expect(() => lab.scalingExperiment({ keys: 1.5 })).toThrow("keys is 1.5; it must be a whole number");
  });
});
