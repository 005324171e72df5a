import { describe, expect, test } from "vitest";
import { type CurveData, curveLayout, curveMargin } from "../../web/src/charts/curves/curve-layout";
import { distributionLayout, distributionMargin } from "../../web/src/figures/scaling/distribution-layout";
import { stripLayout } from "../../web/src/figures/scaling/weight-strip";

const size = { width: 360, height: 170 };
const data: CurveData = {
  x: { min: 1, max: 4096, ticks: [1, 4, 16, 64, 256, 1024, 4096], format: String },
  y: { min: 1e-8, max: 1, ticks: [1], format: String, log: true },
  curves: [
    {
      name: "without",
      points: [
        { x: 1, y: 0.1, low: 0.01, high: 0.5 },
        { x: 64, y: 1e-4, low: 0, high: 0.5 },
        { x: 4096, y: 1e-9, low: 0, high: 0.4 },
      ],
      present: 1e-9,
    },
    { name: "with", points: [{ x: 1, y: 0.1 }], present: undefined },
  ],
  theory: [
    {
      label: "½",
      points: [
        [1, 0.5],
        [4096, 0.5],
      ],
      at: "margin",
    },
  ],
  present: 64,
};

describe("curves", () => {
  const { x, xAt, xTicks, curves, theory } = curveLayout(data, size);
  const bottom = size.height - curveMargin.bottom;

  test("doublings are evenly apart, and a place on the axis is found again", () => {
    expect(x(64)).toBeCloseTo((x(1) + x(4096)) / 2, 9);
    for (const dim of [1, 2, 64, 4096]) expect(xAt(x(dim))).toBeCloseTo(dim, 6);
    expect(xAt(-100)).toBe(1);
    expect(xAt(9999)).toBe(4096);
  });

  test("the band runs forth along its upper edge and back along the lower, 0 included", () => {
    const [without, withIt] = curves;
    expect(without?.band).toHaveLength(6);
    expect(without?.band[0]?.[0]).toBe(without?.band[5]?.[0]);
    expect(without?.band[0]?.[1]).toBeLessThan(without?.band[5]?.[1] as number);
    expect(without?.band.flat().every(Number.isFinite)).toBe(true);
    expect(withIt?.band).toEqual([]);
  });

  test("what lies below the axis is drawn below it, its mark at the edge", () => {
    expect(curves[0]?.line[2]?.[1]).toBeGreaterThan(bottom);
    expect(curves[0]?.mark).toEqual([x(64), bottom]);
    expect(curves[1]?.mark).toBeNull();
  });

  test("names in the margin keep apart, theory's with them", () => {
    const crowded = curveLayout(
      { ...data, theory: [...data.theory, ...data.theory.map((each) => ({ ...each }))] },
      size,
    );
    const heights = [...crowded.curves.map(({ label }) => label[1]), ...crowded.theory.map(({ text }) => text.y - 4)];
    heights.sort((a, b) => a - b);
    for (let i = 1; i < heights.length; i++)
      expect((heights[i] as number) - (heights[i - 1] as number)).toBeGreaterThanOrEqual(14 - 1e-9);
    expect(theory[0]?.text.anchor).toBe("start");
  });

  test("ticks thin out where there is no room", () => {
    expect(xTicks).toHaveLength(7);
    expect(curveLayout(data, { width: 280, height: 150 }).xTicks).toEqual([1, 16, 256, 4096]);
  });
});

describe("distribution", () => {
  const bell = { measured: [0.2, 0.7, 0.1], exact: [0.25, 0.5, 0.25], normal: [0.3, 0.4, 0.3], range: 3, name: "4" };
  const room = { width: 216, height: 142 };
  const base = room.height - distributionMargin.bottom;

  test("bars are as high as their shares, and fill the range", () => {
    const { bars, exact } = distributionLayout({ ...bell, deviation: 1, reach: 3, others: [] }, room);
    expect(bars.map(({ height }) => height / (bars[0]?.height ?? 0))).toEqual([
      1,
      expect.closeTo(3.5, 9),
      expect.closeTo(0.5, 9),
    ]);
    expect(bars[0]?.x).toBe(distributionMargin.side);
    expect((bars[2]?.x ?? 0) + (bars[2]?.width ?? 0)).toBeCloseTo(room.width - distributionMargin.side, 9);
    expect(exact.map(([x]) => x)).toEqual([
      expect.closeTo(41.33, 1),
      expect.closeTo(108, 9),
      expect.closeTo(174.67, 1),
    ]);
    expect(base - (exact[1]?.[1] ?? 0)).toBeCloseTo(0.85 * (base - distributionMargin.top), 9);
  });

  test("a wider one leaves the axis and is cut there", () => {
    const { bars } = distributionLayout({ ...bell, deviation: 2, reach: 3, others: [] }, room);
    expect(bars[0]?.x).toBe(distributionMargin.side);
    expect(bars.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(room.width - 2 * distributionMargin.side, 9);
    const far = distributionLayout({ ...bell, deviation: 20, reach: 3, others: [] }, room);
    expect(far.bars).toHaveLength(1);
    expect(far.exact).toHaveLength(1);
  });

  test("the names of nested bells stand one above the other, inside", () => {
    const others = [4, 8, 16, 32, 64].map((deviation) => ({ name: String(deviation ** 2), deviation }));
    const { labels } = distributionLayout({ ...bell, deviation: 1, reach: 96, others }, room);
    const heights = labels.map(({ at }) => at[1]);
    expect([...heights].sort((a, b) => b - a)).toEqual(heights);
    for (const { at } of labels) expect(at[0]).toBeLessThanOrEqual(room.width - distributionMargin.side);
  });
});

test("a strip of weights is sorted, and its heights add up to its weights", () => {
  const strip = stripLayout(Float32Array.of(0.25, 0.5, 0.125, 0.125), { width: 100, height: 64 });
  expect(strip.map(({ height }) => height)).toEqual([32, 16, 8, 8]);
  expect(strip.map(({ y, height }) => y + height)).toEqual([64, 64, 64, 64]);
});
