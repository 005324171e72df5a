/** The axes of a chart: hairlines at four values, places along the bottom, and a name for each. */
import { type AxisScale, axisBottom, axisLeft } from "d3-axis";
import type { Selection } from "d3-selection";

export interface ChartAxes {
  readonly x: AxisScale<number>;
  readonly y: AxisScale<number>;
  readonly xTicks: readonly number[];
  readonly xText?: (value: number) => string;
  readonly xName: string;
  readonly yName: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly margin: { readonly left: number; readonly right: number; readonly bottom: number };
}

export function drawAxes(
  parent: Selection<SVGGElement, unknown, null, undefined>,
  { x, y, xTicks, xText = String, xName, yName, size, margin }: ChartAxes,
): void {
  const right = size.width - margin.right;
  const down = axisLeft(y)
    .ticks(4)
    .tickSize(margin.left - right)
    .tickPadding(8);
  const across = axisBottom(x)
    .tickValues([...xTicks])
    .tickFormat((value) => xText(value.valueOf()))
    .tickSize(0)
    .tickPadding(10);
  const axis = (side: string) =>
    parent.selectAll<SVGGElement, string>(`g.${side}`).data([side]).join("g").attr("class", side);
  axis("down").attr("transform", `translate(${margin.left},0)`).call(down);
  axis("across")
    .attr("transform", `translate(0,${size.height - margin.bottom})`)
    .call(across);
  parent.selectAll("path.domain").remove();
  parent
    .selectAll("text.name")
    .data([
      { text: yName, x: 0, y: 12, anchor: "start" },
      { text: xName, x: right, y: size.height - 6, anchor: "end" },
    ])
    .join("text")
    .attr("class", "name")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("text-anchor", ({ anchor }) => anchor)
    .text(({ text }) => text);
}
