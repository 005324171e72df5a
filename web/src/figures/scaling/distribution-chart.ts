/** A histogram of q·k, its exact distribution and the normal limit. Drawn only: its numbers are in the figure's tables. */
import { axisBottom } from "d3-axis";
import { select } from "d3-selection";
import { line } from "d3-shape";
import {
  type Distribution,
  type DistributionLayout,
  distributionLayout,
  distributionMargin,
} from "./distribution-layout";

const path = line<readonly [number, number]>();

export class DistributionChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly axes = this.svg.append("g").attr("class", "axes");
  private readonly others = this.svg.append("g").attr("class", "others");
  private readonly bars = this.svg.append("path").attr("class", "bars");
  private readonly normal = this.svg.append("path").attr("class", "normal");
  private readonly exact = this.svg.append("path").attr("class", "exact-line");
  private readonly labels = this.svg.append("g").attr("class", "names");
  private readonly key = this.svg.append("g").attr("class", "line-key");

  constructor() {
    this.element.className = "distribution-chart";
  }

  show(data: Distribution, color: string): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0) return;
    const layout = distributionLayout(data, { width, height });
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    this.drawAxis(layout, width, height);
    this.bars
      .attr("fill", color)
      .attr(
        "d",
        layout.bars.map(({ x, y, width: wide, height: high }) => `M${x},${y}h${wide}v${high}h${-wide}Z`).join(""),
      );
    this.exact.attr("d", path(layout.exact));
    this.normal.attr("d", path(layout.normal));
    this.drawNames(layout, color);
    this.drawKey();
  }

  private drawAxis({ x }: DistributionLayout, width: number, height: number): void {
    const axis = axisBottom(x)
      .ticks(Math.min(9, Math.round(width / 60)))
      .tickSize(4)
      .tickSizeOuter(0)
      .tickPadding(4);
    const base = height - distributionMargin.bottom;
    this.axes
      .selectAll<SVGGElement, null>("g")
      .data([null])
      .join("g")
      .attr("transform", `translate(0,${base})`)
      .call(axis);
  }

  private drawNames({ others, labels }: DistributionLayout, color: string): void {
    this.others
      .selectAll("path")
      .data(others)
      .join("path")
      .attr("d", ({ line: points }) => path(points));
    this.labels
      .selectAll("text")
      .data(labels)
      .join("text")
      .attr("x", ({ at }) => at[0] + 5)
      .attr("y", ({ at }) => at[1])
      .style("fill", (_, i) => (i === 0 ? color : null))
      .text(({ name }) => name);
  }

  /** Which line is which, in the upper left corner, where no bell comes. */
  private drawKey(): void {
    const entries = [
      { name: "exact", line: "exact-line", y: 14 },
      { name: "normal limit", line: "normal", y: 31 },
    ];
    const rows = this.key
      .selectAll<SVGGElement, (typeof entries)[number]>("g")
      .data(entries)
      .join((enter) => {
        const row = enter.append("g");
        row.append("path");
        row.append("text");
        return row;
      });
    rows
      .select("path")
      .attr("class", ({ line: kind }) => kind)
      .attr("d", ({ y }) => `M0,${y - 4}h22`);
    rows
      .select("text")
      .attr("x", 28)
      .attr("y", ({ y }) => y)
      .text(({ name }) => name);
  }
}
