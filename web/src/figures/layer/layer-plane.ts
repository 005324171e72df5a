/** The plane of the residual stream: the words’ vectors, and the path of one of them. */
import { select } from "d3-selection";
import { keepInside } from "../../charts/keep-inside";
import { drawArrows, type Group, shown } from "../../figure/planes/arrows";
import { labelAt, planeOf } from "../../figure/planes/plane";
import { type HandleEvents, PointHandles } from "../../figure/planes/point-handles";
import type { Point } from "../../figure/planes/points";
import type { PathStep } from "./layer-path";
import { vocabulary } from "./layer-state";

export interface LayerPlaneContent {
  readonly embeddings: readonly Point[];
  readonly chosen: number;
  readonly path: readonly PathStep[];
  readonly colorOf: (step: PathStep) => string;
  readonly ink: string;
  readonly soft: string;
  readonly labelOf: (word: number) => string;
}

const origin: Point = { x: 0, y: 0 };
/** Shorter arrows are not drawn. */
const shortest = 0.03;
/** Of the longest name of a part, in pixels. */
const nameWidth = 92;

export class LayerPlane {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly axes = this.layer("grid");
  private readonly words = this.layer("points");
  private readonly arrows = this.layer("path");
  private readonly end = this.layer("output");
  private readonly handles: PointHandles;

  constructor(events: HandleEvents) {
    this.element.className = "plane";
    this.handles = new PointHandles(events);
    this.element.append(this.handles.element);
  }

  private layer(name: string): Group {
    return this.svg.append("g").attr("class", name);
  }

  draw({ embeddings, chosen, path, colorOf, ink, soft, labelOf }: LayerPlaneContent): void {
    const plane = planeOf(this.element.clientWidth || 330);
    const { toPixels } = plane;
    this.svg.attr("viewBox", `0 0 ${plane.width} ${plane.height}`);
    this.handles.show(
      embeddings.map((at, i) => ({ id: `embeddings ${i}`, label: labelOf(i), at, pixels: toPixels(at) })),
      plane.pixelsPerUnit,
    );
    const zero = toPixels(origin);
    this.axes
      .selectAll("path")
      .data([`M0,${zero.y}H${plane.width}`, `M${zero.x},0V${plane.height}`])
      .join("path")
      .attr("class", "axis")
      .attr("d", (d) => d);
    // The name of the word whose path it is stands on the side where the path does not begin.
    const awayFrom = (i: number) => (i === chosen ? (path[0]?.to ?? origin) : origin);
    this.words
      .selectAll("circle")
      .data(embeddings)
      .join("circle")
      .attr("cx", (at) => toPixels(at).x)
      .attr("cy", (at) => toPixels(at).y)
      .attr("r", (_, i) => (i === chosen ? 7 : 4.5))
      .style("fill", (_, i) => (i === chosen ? ink : soft));
    this.words
      .selectAll("text")
      .data(embeddings.map((at, i) => ({ ...labelAt(shown(at), awayFrom(i), plane, [vocabulary[i] ?? ""], 10), i })))
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .style("fill", ({ i }) => (i === chosen ? ink : soft))
      .text(({ i }) => vocabulary[i] ?? "");
    const seen = path.filter(({ added }) => Math.hypot(added.x, added.y) >= shortest);
    drawArrows(
      this.arrows,
      // The name stands beside the middle of its arrow, where the next one does not begin.
      seen.map((step) => ({ from: step.from, to: step.to, color: colorOf(step), name: "" })),
      plane,
    );
    this.arrows
      .selectAll("text.step")
      .data(seen)
      .join("text")
      .attr("class", "step")
      .attr("x", (step) => {
        const middle = (toPixels(step.from).x + toPixels(step.to).x) / 2;
        return isFlat(step) ? Math.min(middle, plane.width - nameWidth / 2) : middle + 8;
      })
      .attr("y", (step) => (toPixels(step.from).y + toPixels(step.to).y) / 2 + heightOf(step))
      .attr("text-anchor", (step) => (isFlat(step) ? "middle" : "start"))
      .style("fill", colorOf)
      .text(({ name }) => name);
    const last = path.at(-1)?.to;
    const at = last && toPixels(last);
    this.end
      .selectAll("circle")
      .data(at ? [at] : [])
      .join("circle")
      .attr("class", "dot")
      .attr("cx", ({ x }) => x)
      .attr("cy", ({ y }) => y)
      .attr("r", 7);
    this.end
      .selectAll("text")
      .data(last ? [labelAt(shown(last), { x: last.x - 1, y: last.y }, plane, ["out"], 12)] : [])
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .style("fill", ink)
      .text("out");
    keepInside(this.svg.selectAll<SVGTextElement, unknown>("text"), plane.width);
  }
}

/** Above the first arrow and below the last, so that names keep apart. */
const heightOf = (step: PathStep) => (!isFlat(step) ? 4 : step.name === "feed-forward" ? 20 : -10);

/** Whether an arrow goes across rather than up or down: its name then stands above or below it, and else beside it. */
const isFlat = ({ added: { x, y } }: PathStep) => Math.abs(x) >= Math.abs(y);
