import { beforeAll, describe, expect, test } from "vitest";
import { divergingRamp, divergingShare } from "../../web/src/charts/color/diverging";
import { hatchPath } from "../../web/src/charts/color/hatch";
import { type Lab, loadLab } from "../../web/src/compute/lab";
import { generationLayout } from "../../web/src/figures/generation/generation-layout";

let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

const step = (arrived: number, causal: boolean) =>
  lab.generationStep({ tokens: 12, seed: 42, head: 2, arrived, causal });
// Float32 sums of a dozen products near 1, in an order of their own.
const rounding = 1e-6;

describe("tokens that arrive one at a time", () => {
  test("with keys and values kept, the new row is that of the whole causal matrix, and the earlier ones stay", () => {
    for (let arrived = 1; arrived <= 12; arrived++) {
      const { weightsDifference, outputDifference, earlierDifference, addedWeights, weights, key } = step(
        arrived,
        true,
      );
      for (const { largest } of [weightsDifference, outputDifference, earlierDifference])
        expect(largest).toBeLessThan(rounding);
      // The section says what the figure shows.
      expect(earlierDifference.largest).toBe(0);
      expect(addedWeights.shape).toEqual([1, 1, 1, arrived]);
      expect(weights.shape).toEqual([1, 1, arrived, arrived]);
      expect(key.shape).toEqual([1, 1, arrived, 16]);
    }
  });

  test("what is kept is what was there before", () => {
    const [before, now] = [step(6, true), step(7, true)];
    expect(now.key.data.subarray(0, 6 * 16)).toEqual(before.key.data);
    expect(now.value.data.subarray(0, 6 * 16)).toEqual(before.value.data);
  });

  test("without the mask the new row is as right, but the earlier outputs change", () => {
    for (let arrived = 2; arrived <= 12; arrived++) {
      const { weightsDifference, earlierDifference } = step(arrived, false);
      expect(weightsDifference.largest).toBeLessThan(rounding);
      expect(earlierDifference.largest).toBeGreaterThan(0.05);
    }
  });

  test("the n-th token costs about an n-th of computing all anew", () => {
    const work = { keys: 12, dModel: 64, heads: 4, causal: true };
    const kept = lab.attentionCost({ ...work, queries: 1, newKeys: 1 });
    const anew = lab.attentionCost({ ...work, queries: 12, newKeys: 12 });
    expect(anew.projections).toBe(12 * kept.projections);
    expect(anew.multiplyAdds / kept.multiplyAdds).toBeGreaterThan(10);
    expect(anew.multiplyAdds / kept.multiplyAdds).toBeLessThan(12);
  });

  test("what cannot be is refused with the core's words", () => {
    expect(() => step(13, true)).toThrow("arrived is 13; it must be from 1 to 12, the number of tokens");
    expect(() => lab.generationStep({ head: 4 })).toThrow("head is 4; there are 4 heads");
  });
});

describe("where things are", () => {
  test.each([350, 600, 290])("keys, values, rows and outputs are in line with the cells, within %i px", (width) => {
    const layout = generationLayout({ width, tokens: 12, dim: 16 });
    for (const token of [0, 5, 11]) {
      const cell = layout.cell(token, token);
      expect(layout.keyColumn(token).x).toBe(cell.x);
      expect(layout.valueColumn(token).x).toBe(cell.x);
      expect(layout.queryRow(token).y).toBe(cell.y);
      expect(layout.outputRow(token).y).toBe(cell.y);
    }
    const { matrix } = layout;
    expect(layout.queryRow(0).x + layout.queryRow(0).width).toBeLessThan(matrix.x);
    expect(layout.keyColumn(0).y + layout.keyColumn(0).height).toBeLessThan(matrix.y);
    expect(layout.outputRow(0).x + layout.outputRow(0).width).toBeLessThanOrEqual(width);
    expect(layout.valueColumn(0).y + layout.valueColumn(0).height).toBeLessThan(layout.height);
  });

  test("points over keys and values mean the newest row, points over tokens to come mean nothing", () => {
    const { cellAt, matrix, cell } = generationLayout({ width: 600, tokens: 12, dim: 16 });
    const { x, y } = cell(1, 2);
    expect(cellAt(x + 3, y + 3, 5)).toEqual({ query: 1, key: 2 });
    expect(cellAt(x + 3, matrix.y - 20, 5)).toEqual({ query: 4, key: 2 });
    expect(cellAt(cell(0, 6).x + 3, y, 5)).toBeNull();
    expect(cellAt(x, cell(6, 0).y + 3, 5)).toBeNull();
  });

  test("hatching stays within its rectangle", () => {
    const numbers = [...hatchPath([{ x: 10, y: 20, width: 12, height: 9 }]).matchAll(/[ML]([\d.]+),([\d.]+)/g)];
    expect(numbers.length).toBeGreaterThan(4);
    for (const [, x, y] of numbers) {
      expect(Number(x) >= 10 && Number(x) <= 22).toBe(true);
      expect(Number(y) >= 20 && Number(y) <= 29).toBe(true);
    }
  });
});

test("a diverging ramp is paper at 0 and as far from it on both sides", () => {
  const colors = divergingRamp("#ffffff", "#0000ff", "#ff0000");
  const at = (value: number) => colors[Math.round(255 * divergingShare(value, 2))];
  expect(at(0)).toBe(0xffffffff);
  expect(at(2)).toBe(0xff0000ff);
  expect(at(-2)).toBe(0xffff0000);
  expect(at(9)).toBe(at(2));
});
