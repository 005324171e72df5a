/** Arrows in a plane of points, each with a name at its tip. */
import type { Selection } from "d3-selection";
import type { FreeLabels } from "./free-labels";
import { labelAt, type Plane } from "./plane";
import { type Point, reach } from "./points";

export type Group = Selection<SVGGElement, unknown, null, undefined>;

const origin: Point = { x: 0, y: 0 };

/** A label of a point outside of the plane stands at its edge. */
export const shown = ({ x, y }: Point): Point => ({
  x: Math.min(reach.x, Math.max(-reach.x, x)),
  y: Math.min(reach.y, Math.max(-reach.y, y)),
});

export interface Arrow {
  readonly from?: Point;
  readonly to: Point;
  readonly color: string;
  readonly name: string;
  /** Its name stands on the side away from this point; its own beginning where it is not given. */
  readonly labelFrom?: Point;
}

/** `labels` keeps names clear of what else is in the plane. */
export function drawArrows(group: Group, arrows: readonly Arrow[], plane: Plane, labels?: FreeLabels): void {
  const distance = 10;
  const placeOf = (at: Point, from: Point, name: string) =>
    labels ? labels.place(at, from, name, distance) : labelAt(at, from, plane, [name], distance);
  const placed = arrows.map((arrow) => {
    const start = plane.toPixels(arrow.from ?? origin);
    const tip = plane.toPixels(arrow.to);
    const angle = (Math.atan2(tip.y - start.y, tip.x - start.x) * 180) / Math.PI;
    return { ...arrow, start, tip, angle };
  });
  group
    .selectAll("line")
    .data(placed)
    .join("line")
    .attr("x1", ({ start }) => start.x)
    .attr("y1", ({ start }) => start.y)
    .attr("x2", ({ tip }) => tip.x)
    .attr("y2", ({ tip }) => tip.y)
    .attr("stroke", ({ color }) => color);
  group
    .selectAll("path")
    .data(placed)
    .join("path")
    .attr("d", "M2,0 L-9,-5 L-9,5 Z")
    .attr("fill", ({ color }) => color)
    .attr("transform", ({ tip, angle }) => `translate(${tip.x},${tip.y}) rotate(${angle})`);
  group
    .selectAll("text")
    .data(
      placed.map((arrow) => ({
        ...arrow,
        ...placeOf(shown(arrow.to), arrow.labelFrom ?? arrow.from ?? origin, arrow.name),
      })),
    )
    .join("text")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("text-anchor", ({ anchor }) => anchor)
    .style("fill", ({ color }) => color)
    .text(({ name }) => name);
}
