/** Bars of one query's weights; an outline says what each would be without the mask. */
import { axisLeft } from "d3-axis";
import { select } from "d3-selection";
import { listenToPointer } from "../place-events";
import { type RowBar, type RowData, type RowLayout, rowLayout, rowMargin } from "./row-layout";

export interface RowEvents {
  readonly preview: (key: number | null) => void;
  readonly toggle: (key: number) => void;
}

export class RowChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly band = this.svg.append("rect").attr("class", "band");
  private readonly axes = this.svg.append("g").attr("class", "axes");
  private readonly bars = this.svg.append("g").attr("class", "bars");
  private readonly names = this.svg.append("g").attr("class", "ticks");
  private layout: RowLayout | undefined;
  private drawn: { data: RowData; color: string } | undefined;
  private key: number | null = null;

  constructor({ preview, toggle }: RowEvents) {
    this.element.className = "row-chart";
    const at = (x: number) => (this.layout ? { query: 0, key: this.layout.keyAt(x) } : null);
    listenToPointer(this.element, at, {
      preview: (place) => preview(place?.key ?? null),
      toggle: (place) => toggle(place.key),
    });
  }

  show(data: RowData, color: string, key: number | null): void {
    this.drawn = { data, color };
    this.key = key;
    this.resize();
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.drawn || width === 0) return;
    const layout = rowLayout(this.drawn.data, { width, height });
    this.layout = layout;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`).style("color", this.drawn.color);
    this.drawAxes(layout, width);
    this.drawBars(layout);
    const focus = layout.bars.find(({ key }) => key === this.key);
    this.band
      .attr("visibility", focus ? null : "hidden")
      .attr("x", (focus?.x ?? 0) - 2)
      .attr("width", (focus?.width ?? 0) + 4)
      .attr("y", rowMargin.top)
      .attr("height", layout.bottom - rowMargin.top);
  }

  private drawAxes({ y, bars, bottom, ticks }: RowLayout, width: number): void {
    const axis = axisLeft(y)
      .ticks(3)
      .tickSize(rowMargin.left - width + rowMargin.right)
      .tickPadding(6);
    this.axes.attr("transform", `translate(${rowMargin.left},0)`).call(axis);
    this.axes.selectAll("path.domain").remove();
    this.names
      .selectAll<SVGTextElement, number>("text")
      .data(ticks)
      .join("text")
      .attr("class", "key")
      .attr("x", (key) => (bars[key]?.x ?? 0) + (bars[key]?.width ?? 0) / 2)
      .attr("y", bottom + 16)
      .text(String);
  }

  private drawBars({ bars, bottom }: RowLayout): void {
    const join = (name: string, shown: readonly RowBar[], top: (bar: RowBar) => number) =>
      this.bars
        .selectAll<SVGRectElement, RowBar>(`rect.${name}`)
        .data(shown, ({ key }) => key)
        .join("rect")
        .attr("class", name)
        .attr("x", ({ x }) => x)
        .attr("width", ({ width }) => width)
        .attr("y", top)
        .attr("height", (bar) => Math.max(0, bottom - top(bar)));
    join(
      "weight",
      bars.filter(({ isVisible }) => isVisible),
      ({ top }) => top,
    );
    join("without", bars, ({ openTop }) => openTop);
  }
}
