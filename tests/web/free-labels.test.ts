import { expect, test } from "vitest";
import { FreeLabels } from "../../web/src/figure/planes/free-labels";
import { labelAt, planeOf } from "../../web/src/figure/planes/plane";

const origin = { x: 0, y: 0 };
const plane = planeOf(170);

test("a label stands where it always does, as long as nothing is there", () => {
  const labels = new FreeLabels(plane);
  const point = { x: 1, y: 0.5 };
  expect(labels.place(point, origin, "bank", 10)).toEqual(labelAt(point, origin, plane, ["bank"], 10));
});

test("labels of points that lie close together do not cover each other, nor the points, nor leave a narrow plane", () => {
  const labels = new FreeLabels(plane);
  const points = [
    { x: 0.47, y: 1.13 },
    { x: -0.2, y: 0.8 },
    { x: 1.1, y: -0.1 },
  ];
  const names = ["bank", "(0, 1)", "(1, 0)"];
  for (const point of points) labels.keep(point, 5);
  const marks = points.map((point) => plane.toPixels(point)).map(({ x, y }) => [x - 5, x + 5, y - 5, y + 5]);
  const boxes = points.map((point, i) => {
    const { x, y, anchor } = labels.place(point, origin, names[i] as string, 10);
    const width = 7.2 * (names[i] as string).length;
    const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
    return [left, left + width, y - 11, y + 3];
  });
  const all = [...marks, ...boxes];
  for (const [i, [left = 0, right = 0, top = 0, bottom = 0]] of all.entries()) {
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(plane.width);
    for (const [l = 0, r = 0, t = 0, b = 0] of all.slice(i + 1))
      expect(left < r && l < right && top < b && t < bottom).toBe(false);
  }
});
