/** Where things are in the planes of the soft look-up. Pure. */
import { margin } from "../../figure/planes/plane";
import { type Point, reach } from "../../figure/planes/points";

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

/** The key that a look-up that takes one only would take: the first of the largest weight. */
export const bestKey = (weights: Float32Array): number => weights.indexOf(Math.max(...weights));
