/** Where things are in a plane of points. Pure. */
import { type Point, reach } from "./points";

/** A plane of `width` pixels that shows what is within reach, and a margin around it. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerUnit: number;
  /** In pixels from the top left corner. */
  readonly toPixels: (point: Point) => Point;
}

/** Beyond the reach, so that a point at its end is still seen whole. */
export const margin = 0.15;

export function planeOf(width: number): Plane {
  const pixelsPerUnit = width / (2 * (reach.x + margin));
  const height = 2 * (reach.y + margin) * pixelsPerUnit;
  return {
    width,
    height,
    pixelsPerUnit,
    toPixels: ({ x, y }) => ({ x: width / 2 + x * pixelsPerUnit, y: height / 2 - y * pixelsPerUnit }),
  };
}

/** How thick a line is that carries a weight, in pixels. */
export const thickness = (weight: number) => 1 + 11 * weight;

export interface Label extends Point {
  readonly anchor: "start" | "middle" | "end";
}

/** Of the letters of labels, in pixels. */
export const characterWidth = 7.2;
const lineHeight = 14;

/**
 * Where the first of a point's lines of text stands, in pixels: beside the point on the side away from `centre`, or above or
 * below it where there is no room at that side. `distance` keeps the text off the point's mark.
 */
export function labelAt(point: Point, centre: Point, plane: Plane, lines: readonly string[], distance: number): Label {
  const at = plane.toPixels(point);
  const from = plane.toPixels(centre);
  const length = Math.hypot(at.x - from.x, at.y - from.y) || 1;
  const [across, down] = [(at.x - from.x) / length, (at.y - from.y) / length];
  const width = Math.max(...lines.map((line) => line.length)) * characterWidth;
  const extra = lineHeight * (lines.length - 1);
  const x = at.x + Math.sign(across) * distance;
  const fits = across > 0 ? x + width <= plane.width : x - width >= 0;
  if (Math.abs(across) > 0.4 && fits)
    return { x, y: within(at.y + 4 - extra / 2 + 6 * down, extra, plane), anchor: across > 0 ? "start" : "end" };
  const isBelow =
    down > 0 ? at.y + distance + lineHeight + extra < plane.height : at.y - distance - lineHeight - extra < 0;
  return {
    x: Math.min(plane.width - width / 2, Math.max(width / 2, at.x)),
    y: within(isBelow ? at.y + distance + 9 : at.y - distance - extra, extra, plane),
    anchor: "middle",
  };
}

const within = (y: number, extra: number, plane: Plane) =>
  Math.min(plane.height - 4 - extra, Math.max(lineHeight - 2, y));
