/** Where things are in the planes of the soft look-up. Pure. */
import { type Point, reach } from "./look-up-state";

/** A plane of `width` pixels that shows what is within reach, and a margin around it. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly pixelsPerUnit: number;
  /** In pixels from the top left corner. */
  readonly toPixels: (point: Point) => Point;
}

/** Beyond the reach, so that a point at its end is still seen whole. */
const margin = 0.15;

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

/** Where the perpendicular from a key meets the line along the query: as far along it as q·k is large. */
export function footOnQuery(key: Point, query: Point): Point {
  const length = query.x ** 2 + query.y ** 2;
  const share = length === 0 ? 0 : (key.x * query.x + key.y * query.y) / length;
  return { x: share * query.x, y: share * query.y };
}

/** Where the line along the query leaves the plane, at the query's end; the other end is opposite. */
export function endOfLine({ x, y }: Point): Point {
  const times = Math.min((reach.x + margin) / Math.abs(x), (reach.y + margin) / Math.abs(y));
  return Number.isFinite(times) ? { x: times * x, y: times * y } : { x: 0, y: 0 };
}

/** The corners of the convex hull, counterclockwise (A. M. Andrew's monotone chain, 1979); of points in a line its two ends. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const chain = (along: readonly Point[]) => {
    const corners: Point[] = [];
    for (const point of along) {
      while (corners.length > 1 && turn(corners.at(-2) as Point, corners.at(-1) as Point, point) <= 0) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  const corners = [...chain(sorted), ...chain(sorted.reverse())];
  return corners.length > 0 ? corners : sorted.slice(0, 1);
}

/** Twice the area of the triangle: above 0 where the path from a over b to c turns left. */
const turn = (a: Point, b: Point, c: Point) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

/** How thick a line is that carries a weight, in pixels. */
export const thickness = (weight: number) => 1 + 11 * weight;

/** The key that a look-up that takes one only would take: the first of the largest weight. */
export const bestKey = (weights: Float32Array): number => weights.indexOf(Math.max(...weights));

export interface Label extends Point {
  readonly anchor: "start" | "middle" | "end";
}

const characterWidth = 7.2;
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
