/** Lines, single marks and labels of the planes of the soft look-up. */
import type { Selection } from "d3-selection";
import type { Point } from "../../figure/planes/points";

export type Group = Selection<SVGGElement, unknown, null, undefined>;

export interface Line {
  readonly from: Point;
  readonly to: Point;
  readonly width?: number;
  readonly color?: string;
}

export interface Text {
  readonly x: number;
  readonly y: number;
  readonly anchor: string;
  readonly text: string;
  readonly color: string;
}

export function lines(group: Group, name: string, data: readonly Line[]): void {
  group
    .selectAll(`line.${name}`)
    .data(data)
    .join("line")
    .attr("class", name)
    .attr("x1", ({ from }) => from.x)
    .attr("y1", ({ from }) => from.y)
    .attr("x2", ({ to }) => to.x)
    .attr("y2", ({ to }) => to.y)
    .attr("stroke-width", ({ width }) => width ?? null)
    .attr("stroke", ({ color }) => color ?? null);
}

export const single = (group: Group, element: "path" | "circle", name: string) =>
  group.selectAll<SVGElement, null>(`${element}.${name}`).data([null]).join(element).attr("class", name);

/** Names on a halo of paper, so that lines may pass behind them. */
export function labelled(group: Group, texts: readonly Text[]): void {
  group
    .selectAll("text")
    .data(texts)
    .join("text")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("text-anchor", ({ anchor }) => anchor)
    .style("fill", ({ color }) => color)
    .text(({ text }) => text);
}
