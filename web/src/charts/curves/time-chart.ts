/** Draws charts over training, and reports which step the reader points at or chooses. */
import { axisBottom, axisLeft } from "d3-axis";
import { type Selection, select } from "d3-selection";
import { line } from "d3-shape";
import { count } from "../format";
import { listenToPointer } from "../place-events";
import { type PanelLayout, type TimeLayout, type TimeSteps, timeHeight, timeLayout } from "./time-layout";
import type { TimePanel } from "./time-panel";
import type { PlacedText } from "./time-texts";

export interface TimeEvents {
  /** The pointer is over this step, or (null) has left. */
  readonly preview: (step: number | null) => void;
  /** The step was clicked or tapped. */
  readonly toggle: (step: number) => void;
}

type Group<Datum> = Selection<SVGGElement, Datum, SVGGElement, unknown>;

/** More cannot be told apart: they are a background to the strong one. */
const manyLines = 12;
const path = line<readonly [number, number]>();

export class TimeChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg");
  private readonly axis = this.svg.append("g").attr("class", "axes");
  private readonly events = this.svg.append("g").attr("class", "moments");
  private readonly panels = this.svg.append("g");
  private readonly band = this.svg.append("line").attr("class", "cursor");
  private readonly at = this.svg.append("g").attr("class", "at");
  private layout: TimeLayout | undefined;

  constructor(label: string, events: TimeEvents) {
    this.element.className = "time-chart";
    // What it shows is in the sentences beside it and in the tables; its steps are chosen with the timeline.
    this.svg.attr("role", "img").attr("aria-label", label);
    const at = (x: number) => (this.layout ? { query: Math.round(this.layout.stepAt(x)), key: null } : null);
    listenToPointer(this.element, at, {
      preview: (place) => events.preview(place?.query ?? null),
      toggle: ({ query }) => events.toggle(query),
    });
  }

  /** Makes room before there is anything to draw. */
  reserve(panels: readonly TimePanel[]): void {
    this.element.style.height = `${timeHeight(panels)}px`;
  }

  show(panels: readonly TimePanel[], steps: TimeSteps): void {
    const width = this.element.clientWidth;
    if (width === 0) return;
    this.reserve(panels);
    const layout = timeLayout(panels, width, steps);
    this.layout = layout;
    this.svg.attr("viewBox", `0 0 ${width} ${layout.height}`);
    this.drawAxis(layout);
    this.drawMoments(layout);
    const groups = this.panels
      .selectAll<SVGGElement, PanelLayout>("g.panel")
      .data(layout.panels, ({ panel }) => panel.key)
      .join("g")
      .attr("class", ({ panel }) => `panel ${panel.key}`);
    drawFrame(groups, layout);
    drawLines(groups);
    drawLabels(groups);
    drawDots(groups);
    drawTexts(one(groups, "g", "notes"), ({ note }) => (note ? [note] : []));
    this.drawCursor(layout, steps.at);
  }

  private drawAxis({ x, stepTicks, height }: TimeLayout): void {
    const bottom = height - 26;
    const axis = axisBottom(x)
      .tickValues([...stepTicks])
      .tickFormat((step) => count(step.valueOf()))
      .tickSize(0)
      .tickPadding(8);
    this.axis.attr("transform", `translate(0,${bottom})`).call(axis).select("path.domain").remove();
    const [left = 0, right = 0] = x.range();
    this.axis
      .selectAll("text.name")
      .data(["step"])
      .join("text")
      .attr("class", "name")
      .attr("x", 0)
      .attr("y", 17)
      .attr("text-anchor", "start")
      .text(String);
    this.axis.selectAll("line.base").data([null]).join("line").attr("class", "base").attr("x1", left).attr("x2", right);
  }

  /** What happened at a step stands through all panels. */
  private drawMoments({ x, panels, height }: TimeLayout): void {
    const steps = [...new Set(panels.flatMap(({ panel }) => panel.note?.step ?? []))];
    this.events
      .selectAll("line")
      .data(steps)
      .join("line")
      .attr("x1", x)
      .attr("x2", x)
      .attr("y1", panels[0]?.top ?? 0)
      .attr("y2", height - 26);
  }

  private drawCursor({ x, panels, height }: TimeLayout, at: number | null): void {
    const px = x(at ?? 0);
    this.band
      .attr("visibility", at === null ? "hidden" : null)
      .attr("x1", px)
      .attr("x2", px)
      .attr("y1", (panels[0]?.top ?? 0) - 4)
      .attr("y2", height - 22);
    const texts = [
      { x: px, y: height - 9, anchor: "middle", text: count(at ?? 0) },
      { x: (x.range()[1] ?? 0) + 9, y: panels[0]?.titleY ?? 0, anchor: "start", text: `at step ${count(at ?? 0)}` },
    ];
    this.at
      .selectAll("text")
      .data(at === null ? [] : texts)
      .join("text")
      .attr("x", (text) => text.x)
      .attr("y", (text) => text.y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .text(({ text }) => text);
  }
}

function drawFrame(groups: Group<PanelLayout>, { x }: TimeLayout): void {
  const [left = 0, right = 0] = x.range();
  one(groups, "text", "panel-title")
    .attr("x", 0)
    .attr("y", ({ titleY }) => titleY)
    .text(({ title }) => title);
  one(groups, "g", "axes down")
    .attr("transform", `translate(${left},0)`)
    .each(function ({ y, ticks, panel }) {
      const axis = axisLeft(y)
        .tickValues([...ticks])
        .tickFormat((tick) =>
          panel
            .format(tick.valueOf())
            .replace(/(\.\d*?)0+(?= |$)/, "$1")
            .replace(/\.(?= |$)/, ""),
        )
        .tickSize(left - right)
        .tickPadding(7);
      select(this).call(axis).select("path.domain").remove();
    });
  const bounds = one(groups, "g", "bounds");
  bounds
    .selectAll("path")
    .data((panel) => panel.bounds)
    .join("path")
    .attr("d", ({ lineY }) => `M${left},${lineY}H${right}`);
  drawTexts(bounds, (panel) => panel.bounds);
}

function drawLines(groups: Group<PanelLayout>): void {
  const lines = one(groups, "g", "lines").classed("dense", ({ paths }) => paths.length > manyLines);
  lines
    .selectAll<SVGPathElement, PanelLayout["paths"][number]>("path")
    .data(
      ({ paths }) => paths,
      ({ line: { key } }) => key,
    )
    .join("path")
    .attr("class", ({ line: { weight } }) => weight)
    .style("color", ({ line: { color } }) => color)
    .attr("stroke-dasharray", ({ line: { dash } }) => dash)
    .attr("d", ({ points }) => path(points))
    .filter(({ line: { weight } }) => weight === "strong")
    .raise();
  lines
    .selectAll<SVGCircleElement, PanelLayout["marks"][number]>("circle")
    .data(({ marks }) => marks.filter(({ line: { name } }) => name !== null))
    .join("circle")
    .style("color", ({ line: { color } }) => color)
    .attr("r", ({ line: { weight } }) => (weight === "strong" ? 4 : 2.5))
    .attr("cx", ({ x }) => x)
    .attr("cy", ({ y }) => y);
}

function drawLabels(groups: Group<PanelLayout>): void {
  const labels = one(groups, "g", "labels");
  const each = labels
    .selectAll<SVGGElement, PanelLayout["labels"][number]>("g")
    .data(
      (panel) => panel.labels,
      ({ line: { key } }) => key,
    )
    .join("g")
    .style("color", ({ line: { color } }) => color)
    .attr("class", ({ line: { weight } }) => weight);
  one(each, "path", "").attr("d", ({ end: [x, y], y: labelY }) =>
    path([
      [x, y],
      [x + 6, labelY],
    ]),
  );
  one(each, "text", "")
    .attr("dy", "0.35em")
    .attr("x", ({ end: [x] }) => x + 9)
    .attr("y", ({ y }) => y)
    .text(({ text }) => text);
}

function drawDots(groups: Group<PanelLayout>): void {
  const dots = one(groups, "g", "dots");
  dots
    .selectAll("circle")
    .data((panel) => panel.dots)
    .join("circle")
    .attr("r", 4.5)
    .attr("cx", ({ x }) => x)
    .attr("cy", ({ y }) => y);
  drawTexts(dots, (panel) => panel.dots.map(({ text }) => text));
}

function drawTexts(
  groups: Selection<SVGGElement, PanelLayout, SVGGElement, unknown>,
  texts: (panel: PanelLayout) => readonly PlacedText[],
): void {
  groups
    .selectAll("text")
    .data(texts)
    .join("text")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("text-anchor", ({ anchor }) => anchor)
    .text(({ text }) => text);
}

/** The one child of this kind in each group, made where it is not there. */
function one<Datum, Tag extends "g" | "text" | "path">(groups: Group<Datum>, tag: Tag, name: string) {
  const selector = name ? `${tag}.${name.replaceAll(" ", ".")}` : tag;
  return groups
    .selectAll<SVGElementTagNameMap[Tag], Datum>(`:scope > ${selector}`)
    .data((datum) => [datum])
    .join(tag as string)
    .attr("class", name || null) as unknown as Selection<SVGElementTagNameMap[Tag], Datum, SVGGElement, Datum>;
}
