/** Curves over a quantity on a logarithmic axis, with bands, theory and the present value, which can be set on the chart. */

import { axisBottom, axisLeft } from "d3-axis";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { besideScrolling, listenToPress } from "../../controls/press";
import type { Palette } from "../color/palette";
import { startInside } from "../keep-inside";
import { writeWithSubscripts } from "../subscripts";
import { type CurveData, type CurveLayout, curveLayout, curveMargin } from "./curve-layout";

export interface CurveEvents {
  readonly preview: (x: number | null) => void;
  readonly choose: (x: number, settled: boolean) => void;
}

const path = line<readonly [number, number]>();

/** Pointers only: who uses keys sets the same value with its control, and reads it in the figure's sentence and tables. */
export class CurveChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly axes = this.svg.append("g").attr("class", "axes");
  /** A nested <svg> clips what leaves the axes. */
  private readonly window = this.svg.append("svg").attr("class", "window");
  private readonly bands = this.window.append("g").attr("class", "spreads");
  private readonly cursor = this.svg.append("path").attr("class", "cursor");
  private readonly theory = this.svg.append("g").attr("class", "bounds");
  private readonly lines = this.window.append("g").attr("class", "lines");
  private readonly marks = this.svg.append("g").attr("class", "lines");
  private readonly labels = this.svg.append("g").attr("class", "labels");
  private layout: CurveLayout | undefined;

  constructor(
    private readonly xName: string,
    events: CurveEvents,
  ) {
    this.element.className = "curve-chart";
    const placeOf = ({ offsetX }: PointerEvent) => this.layout?.xAt(offsetX) ?? null;
    const choose = (event: PointerEvent, settled: boolean) => {
      const x = placeOf(event);
      if (x !== null) events.choose(x, settled);
    };
    this.element.style.touchAction = "pan-y";
    listenToPress(
      this.element,
      {
        hover: (event) => events.preview(event && placeOf(event)),
        drag: (event) => choose(event, false),
        end: (event) => choose(event, true),
      },
      besideScrolling,
    );
  }

  /** `colors` of the curves, in their order. */
  show(data: CurveData, colors: readonly string[], { ink }: Palette): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0) return;
    const layout = curveLayout(data, { width, height });
    this.layout = layout;
    const right = width - curveMargin.right;
    const bottom = height - curveMargin.bottom;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    const inner = { x: curveMargin.left, y: 0, width: right - curveMargin.left, height: bottom + 1 };
    this.window
      .attr("viewBox", `${inner.x} ${inner.y} ${inner.width} ${inner.height}`)
      .attr("x", inner.x)
      .attr("width", inner.width)
      .attr("height", inner.height)
      // Browsers that take its size from style sheets have one there for the outer <svg>.
      .style("width", `${inner.width}px`)
      .style("height", `${inner.height}px`);
    this.drawAxes(data, layout, right, bottom);
    const color = (_: unknown, i: number) => colors[i] ?? ink;
    this.bands
      .selectAll("path")
      .data(layout.curves)
      .join("path")
      .attr("fill", color)
      .attr("d", ({ band }) => (band.length > 0 ? `${path(band)}Z` : null));
    const at = layout.x(data.present);
    this.cursor.attr("d", `M${at},${curveMargin.top}V${bottom}`);
    this.theory
      .selectAll("path")
      .data(layout.theory)
      .join("path")
      .attr("d", ({ line: points }) => path(points));
    this.theory
      .selectAll<SVGTextElement, CurveLayout["theory"][number]>("text")
      .data(layout.theory)
      .join("text")
      .attr("x", ({ text }) => text.x)
      .attr("y", ({ text }) => text.y)
      .attr("text-anchor", ({ text }) => text.anchor)
      .call((texts) => writeWithSubscripts(texts, ({ label }) => label));
    this.lines
      .selectAll("path")
      .data(layout.curves)
      .join("path")
      .style("color", color)
      .attr("d", ({ line: points }) => path(points));
    this.marks
      .selectAll("circle")
      .data(layout.curves)
      .join("circle")
      .attr("class", "focus")
      .style("color", color)
      .attr("r", 4.5)
      .attr("visibility", ({ mark }) => (mark ? null : "hidden"))
      .attr("cx", ({ mark }) => mark?.[0] ?? 0)
      .attr("cy", ({ mark }) => mark?.[1] ?? 0);
    this.labels
      .selectAll<SVGGElement, CurveLayout["curves"][number]>("g")
      .data(layout.curves)
      .join((enter) => {
        const group = enter.append("g");
        group.append("text").attr("dy", "0.35em");
        return group;
      })
      .style("color", color)
      .attr("visibility", ({ line: points }) => (points.length > 1 ? null : "hidden"))
      .select("text")
      .attr("x", ({ label }) => label[0])
      .attr("y", ({ label }) => label[1])
      .text(({ name }) => name);
    this.keepLabelsInside(layout, width);
  }

  /** All that is named in the margin begins at one place. */
  private keepLabelsInside({ curves }: CurveLayout, width: number): void {
    const beside = this.theory
      .selectAll<SVGTextElement, CurveLayout["theory"][number]>("text")
      .filter(({ text }) => text.anchor === "start");
    const texts = [...beside, ...this.labels.selectAll<SVGTextElement, unknown>("text")];
    const x = startInside(texts, curves[0]?.label[0] ?? width, width);
    for (const text of texts) text.setAttribute("x", String(x));
  }

  private drawAxes({ x, y }: CurveData, layout: CurveLayout, right: number, bottom: number): void {
    const down = axisLeft(layout.y)
      .tickValues([...y.ticks])
      .tickFormat((tick) => y.format(tick.valueOf()))
      .tickSize(-(right - curveMargin.left))
      .tickPadding(7);
    const across = axisBottom(layout.x)
      .tickValues([...layout.xTicks])
      .tickFormat((tick) => x.format(tick.valueOf()))
      .tickSize(4)
      .tickPadding(4);
    const axis = (name: string) =>
      this.axes.selectAll<SVGGElement, string>(`g.${name}`).data([name]).join("g").attr("class", name);
    axis("down").attr("transform", `translate(${curveMargin.left},0)`).call(down);
    axis("across").attr("transform", `translate(0,${bottom})`).call(across);
    this.axes.selectAll("path.domain").remove();
    this.axes
      .selectAll<SVGTextElement, string>("text.name")
      .data([this.xName])
      .join("text")
      .attr("class", "name")
      .attr("x", curveMargin.left - 21)
      .attr("y", bottom + 19)
      .attr("text-anchor", "end")
      .call((texts) => writeWithSubscripts(texts, (name) => name));
  }
}
