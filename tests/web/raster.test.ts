import { expect, test } from "vitest";
import { paintRows, rasterFor } from "../../web/src/charts/heatmap/raster";

const ramp = Uint32Array.from({ length: 256 }, (_, i) => 1000 + i);
const nan = 9;

function paint(weights: number[][], visible: number[], devicePixels: number, max = 1) {
  const cells = {
    queries: weights.length,
    keys: weights[0]?.length ?? 0,
    weights: Float32Array.from(weights.flat()),
    visibleKeys: Float32Array.from(visible),
  };
  const raster = rasterFor(cells, devicePixels);
  const pixels = new Uint32Array(raster.columns * raster.rows).fill(7);
  paintRows(cells, raster, { ramp, max, nan }, pixels, 0, raster.rows);
  return { raster, pixels: [...pixels] };
}

test("one pixel per cell where they fit; masked is transparent, zero is the ramp's start", () => {
  const { raster, pixels } = paint(
    [
      [1, 0],
      [0, 0.5],
    ],
    [1, 2],
    100,
  );
  expect(raster).toEqual({ columns: 2, rows: 2, reduction: 1 });
  expect(pixels).toEqual([1255, 0, 1000, 1128]);
});

test("the ramp's end stands for the largest weight", () => {
  expect(paint([[0.25]], [1], 10, 0.25).pixels).toEqual([1255]);
  expect(paint([[0]], [1], 10, 0).pixels).toEqual([1000]);
});

test("more cells than pixels: the largest weight of each block, ragged at the ends", () => {
  const { raster, pixels } = paint(
    [
      [0, 0.2, 1],
      [0.4, 0, 0],
      [0, 0, 0.8],
    ],
    [3, 3, 3],
    2,
  );
  expect(raster).toEqual({ columns: 2, rows: 2, reduction: 2 });
  expect(pixels).toEqual([1102, 1255, 1000, 1204]);
});

test("a block is masked only if all of it is", () => {
  expect(
    paint(
      [
        [1, 0, 0, 0],
        [0.5, 0.5, 0, 0],
      ],
      [1, 2],
      2,
    ).pixels,
  ).toEqual([1255, 0]);
  expect(
    paint(
      [
        [0, 0],
        [0, 0],
      ],
      [0, 0],
      4,
    ).pixels,
  ).toEqual([0, 0, 0, 0]);
});

test("NaN keeps its own colour, also within a block", () => {
  expect(
    paint(
      [
        [Number.NaN, 1],
        [1, 1],
      ],
      [2, 2],
      1,
    ).pixels,
  ).toEqual([nan]);
});

test("a visible number below 0 is never taken for a masked cell, alone or in a block", () => {
  for (const number of [-1e-6, -0.5, -1, -2, -1000, Number.NEGATIVE_INFINITY]) {
    expect(paint([[number, 1]], [2], 10).pixels).toEqual([nan, 1255]);
    expect(paint([[number, number]], [2], 1).pixels).toEqual([nan]);
    expect(paint([[number, 0.5]], [2], 1).pixels).toEqual([1128]);
    expect(paint([[number, 1]], [0], 10).pixels).toEqual([0, 0]);
  }
});

test("an infinite number is drawn, whatever the scale", () => {
  expect(paint([[Number.POSITIVE_INFINITY, 0.5]], [2], 10).pixels).toEqual([1255, 1128]);
  const { pixels } = paint([[Number.POSITIVE_INFINITY, 0.5]], [2], 10, Number.POSITIVE_INFINITY);
  expect(pixels).toEqual([nan, 1000]);
});

test("4096 tokens never need more pixels than the screen has", () => {
  for (const pixels of [1, 100, 476, 951.5, 4096, 9999]) {
    const { columns, rows, reduction } = rasterFor({ queries: 4096, keys: 4096 }, pixels);
    expect(Math.max(columns, rows)).toBeLessThanOrEqual(pixels);
    expect(columns * reduction).toBeGreaterThanOrEqual(4096);
  }
});
