/** A plane with the words' vectors: their embeddings, or a projection of these with the matrix that makes it. */
import { select } from "d3-selection";
import { signed } from "../../charts/format";
import { keepInside } from "../../charts/keep-inside";
import { type Arrow, drawArrows, type Group, shown } from "../../figure/planes/arrows";
import { FreeLabels } from "../../figure/planes/free-labels";
import { type Plane, planeOf, thickness } from "../../figure/planes/plane";
import { type Handle, type HandleEvents, PointHandles } from "../../figure/planes/point-handles";
import type { Point } from "../../figure/planes/points";
import { vocabulary } from "./projections-state";

export interface PlaneContent {
  /** A vector for each word of the vocabulary. */
  readonly vectors: readonly Point[];
  readonly chosen: number;
  readonly color: string;
  readonly ink: string;
  readonly handles: readonly { readonly id: string; readonly label: string; readonly at: Point }[];
  /** The two rows of the matrix. */
  readonly rows?: readonly Point[];
  /** A vector from another plane: the chosen word's query. */
  readonly arrow?: Arrow;
  /** Where the weighted mean lies, and how much each word adds to it. */
  readonly output?: { readonly at: Point; readonly weights: readonly number[] };
}

const origin: Point = { x: 0, y: 0 };
/** Lines of the grid on both sides of the origin. */
const gridLines = [-3, -2, -1, 0, 1, 2, 3];
const gridEnd = 6;
/** Of the largest dots, and of the tips of arrows, in pixels. */
const markRadius = 7;

export const written = ({ x, y }: Point) => `${signed(x, 2)}, ${signed(y, 2)}`;

export class ProjectionPlane {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly grid = this.layer("grid");
  private readonly matrix = this.layer("matrix");
  private readonly arms = this.layer("arms");
  private readonly words = this.layer("points");
  private readonly query = this.layer("arrow-of-query");
  private readonly result = this.layer("output");
  private readonly handles: PointHandles;

  constructor(events: HandleEvents) {
    this.element.className = "plane";
    this.handles = new PointHandles(events);
    this.element.append(this.handles.element);
  }

  draw(content: PlaneContent): void {
    const plane = planeOf(this.element.clientWidth || 250);
    this.svg.attr("viewBox", `0 0 ${plane.width} ${plane.height}`);
    this.handles.show(
      content.handles.map((handle): Handle => ({ ...handle, pixels: plane.toPixels(handle.at) })),
      plane.pixelsPerUnit,
    );
    const { vectors, rows = [], arrow, output } = content;
    const labels = new FreeLabels(plane);
    for (const mark of [...vectors, ...rows, ...(arrow ? [arrow.to] : []), ...(output ? [output.at] : [])])
      labels.keep(mark, markRadius);
    for (const tip of [...rows, ...(arrow ? [arrow.to] : [])]) labels.keepLine(origin, tip);
    this.drawGrid(content, plane);
    this.drawWords(content, plane, labels);
    this.drawOutput(content, plane, labels);
    drawArrows(this.query, arrow ? [arrow] : [], plane, labels);
    // Last, as their names can stand anywhere.
    this.drawMatrix(content, plane, labels);
    keepInside(this.svg.selectAll<SVGTextElement, unknown>("text"), plane.width);
  }

  private layer(name: string): Group {
    return this.svg.append("g").attr("class", name);
  }

  /** The grid of whole numbers, where the matrix takes it. */
  private drawGrid(
    {
      rows = [
        { x: 1, y: 0 },
        { x: 0, y: 1 },
      ],
    }: PlaneContent,
    { toPixels }: Plane,
  ): void {
    const [first = origin, second = origin] = rows;
    const along = (a: Point, b: Point) =>
      gridLines.map((i) => [
        { x: i * a.x - gridEnd * b.x, y: i * a.y - gridEnd * b.y },
        { x: i * a.x + gridEnd * b.x, y: i * a.y + gridEnd * b.y },
        i,
      ]);
    this.grid
      .selectAll("path")
      .data([...along(first, second), ...along(second, first)] as [Point, Point, number][])
      .join("path")
      .attr("class", ([, , i]) => (i === 0 ? "axis through-origin" : "axis"))
      .attr("d", ([from, to]) => {
        const [a, b] = [toPixels(from), toPixels(to)];
        return `M${a.x},${a.y}L${b.x},${b.y}`;
      });
  }

  private drawMatrix({ rows = [], ink }: PlaneContent, plane: Plane, labels: FreeLabels): void {
    const names = ["(1, 0)", "(0, 1)"];
    drawArrows(
      this.matrix,
      rows.map((to, i) => ({ to, color: ink, name: names[i] ?? "" })),
      plane,
      labels,
    );
  }

  private drawWords({ vectors, chosen, color, ink }: PlaneContent, plane: Plane, labels: FreeLabels): void {
    this.words
      .selectAll("circle")
      .data(vectors)
      .join("circle")
      .attr("cx", (at) => plane.toPixels(at).x)
      .attr("cy", (at) => plane.toPixels(at).y)
      .attr("r", (_, i) => (i === chosen ? 7 : 4.5))
      .attr("fill", color);
    this.words
      .selectAll("text")
      .data(vectors.map((at, i) => ({ ...labels.place(shown(at), origin, vocabulary[i] ?? "", 10), i })))
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .classed("chosen", ({ i }) => i === chosen)
      .style("fill", ({ i }) => (i === chosen ? ink : color))
      .text(({ i }) => vocabulary[i] ?? "");
  }

  private drawOutput({ output, vectors, color, ink }: PlaneContent, plane: Plane, labels: FreeLabels): void {
    const at = output && plane.toPixels(output.at);
    this.arms
      .selectAll("line")
      .data(output ? vectors.map((value, i) => ({ to: plane.toPixels(value), weight: output.weights[i] ?? 0 })) : [])
      .join("line")
      .attr("x1", at?.x ?? 0)
      .attr("y1", at?.y ?? 0)
      .attr("x2", ({ to }) => to.x)
      .attr("y2", ({ to }) => to.y)
      .attr("stroke", color)
      .attr("stroke-width", ({ weight }) => thickness(weight));
    const mark = output && at ? [at] : [];
    this.result
      .selectAll("circle")
      .data(mark)
      .join("circle")
      .attr("class", "dot")
      .attr("cx", ({ x }) => x)
      .attr("cy", ({ y }) => y)
      .attr("r", 7);
    this.result
      .selectAll("text")
      .data(output ? [labels.place(shown(output.at), { x: output.at.x, y: output.at.y - 1 }, "output", 12)] : [])
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .style("fill", ink)
      .text("output");
  }
}
