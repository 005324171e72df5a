/** Draws the matrices of attention's steps, and marks a number in them with what it is computed from. */
import { type Selection, select } from "d3-selection";
import { toHex, toOklab } from "../../charts/color/color";
import type { Palette } from "../../charts/color/palette";
import { signed } from "../../charts/format";
import { drawRects } from "../../charts/heatmap/heatmap";
import type { Rect } from "../../charts/heatmap/heatmap-layout";
import { keepInside } from "../../charts/keep-inside";
import { tween } from "../../charts/motion";
import { listenToPointer } from "../../charts/place-events";
import {
  type Caption,
  type CharacterWidths,
  cellAt,
  decimalsFor,
  fontSize,
  heightOf,
  neighbour,
  type Placed,
  type StepsLayout,
  widthOf,
} from "./steps-layout";
import {
  type Cell,
  isWithin,
  type MatrixName,
  type Part,
  partsBehind,
  type Size,
  type Step,
  sourcesOf,
  stepOf,
  steps,
} from "./steps-state";
import { decimalsOf, type StepsValues, shadesOf } from "./steps-values";
import { writeTransposed } from "./transposed";

export interface StepsEvents {
  readonly preview: (cell: Cell | null) => void;
  /** `small`: in the overview. */
  readonly toggle: (cell: Cell, small: boolean) => void;
  readonly toggleCurrent: () => void;
  readonly release: () => void;
  readonly move: (next: (cell: Cell) => Cell) => void;
}

export interface StepsPicture {
  readonly layout: StepsLayout;
  readonly size: Size;
  readonly values: StepsValues;
  readonly captions: Readonly<Record<MatrixName, readonly [name: string, words: string]>>;
  readonly palette: Palette;
}

/** Numbers stand on their colours, so these go only as far from the paper as ink stays readable. */
const strength = { numbered: 0.5, bare: 1 };
const filling = 400;

export const hueOf = (matrix: MatrixName, { maps }: Palette): string => {
  const hue = { Q: 1, K: 2, V: 3, output: 3 }[matrix as "Q"] ?? 0;
  return maps[hue] ?? "";
};

/** That of no matrix. */
const negativeHue = ({ maps }: Palette): string => maps[4] ?? "";

const arrowKeys: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class StepsMatrices {
  /** The focusable area that holds all matrices. */
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly cells = this.svg.append("g");
  private readonly words = this.svg.append("g").attr("class", "words");
  private readonly bands = this.svg.append("g").attr("class", "bands");
  private readonly twins = this.svg.append("g").attr("class", "twins");
  private readonly box = this.svg.append("g").attr("class", "box");
  private picture: StepsPicture | null = null;
  private stopFilling = () => {};

  constructor(events: StepsEvents) {
    const { element } = this;
    element.className = "matrices";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "matrices");
    element.setAttribute(
      "aria-label",
      "Attention step by step: the arrow keys move from number to number, across the edges too",
    );
    element.setAttribute("aria-describedby", "reading");
    listenToPointer(element, (x, y) => this.picture && cellAt(this.picture.layout, x, y), {
      preview: (hit) => events.preview(hit?.cell ?? null),
      toggle: ({ cell, small }) => events.toggle(cell, small),
    });
    element.addEventListener("keydown", (event) => {
      if (event.altKey || event.metaKey || event.ctrlKey) return;
      const arrow = arrowKeys[event.key];
      if (arrow) events.move((cell) => (this.picture ? neighbour(cell, ...arrow, this.picture.size) : cell));
      else if (event.key === "Enter" || event.key === " ") events.toggleCurrent();
      else if (event.key === "Escape") events.release();
      else return;
      event.preventDefault();
    });
  }

  draw(picture: StepsPicture): void {
    this.picture = picture;
    const { layout, values, palette } = picture;
    const { width, height } = layout;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    this.element.style.height = `${height}px`;
    this.stopFilling();
    const shades = shadesOf(values);
    const widths = characterWidths(getComputedStyle(this.element).fontFamily);
    const groups = this.cells
      .selectAll<SVGGElement, Placed>("g.matrix")
      .data(layout.placed, ({ matrix, small }) => `${matrix} ${small}`)
      .join("g")
      .attr("transform", ({ x, y }) => `translate(${x},${y})`)
      .attr("class", ({ matrix, small }) => `matrix part part-${matrix}${small ? " small" : ""}`);
    groups.each((placed, i, nodes) => {
      const { matrix } = placed;
      const negative = matrix === "weights" ? null : negativeHue(palette);
      const tints = tintsOf(palette.paper, hueOf(matrix, palette), negative, placed.small);
      const size = fontSize(placed.cell, !layout.whole);
      const decimals = placed.small
        ? null
        : decimalsFor(values[matrix], decimalsOf(matrix), placed.cell, size, layout.whole ? undefined : widths);
      const text = { size, decimals };
      drawCells(select(nodes[i] as SVGGElement), placed, values[matrix], shades[matrix], tints, text);
    });
    this.drawWords(picture);
  }

  /** Shows what a step computes as it is computed, query by query. */
  fill(step: Step): void {
    const rows = this.cells.selectAll<SVGGElement, Placed>(`g.part-${step}:not(.small) g.row`);
    const count = rows.size();
    this.stopFilling();
    this.stopFilling = tween(filling, (t) => {
      rows.style("opacity", (_, i) => (t === 1 ? null : String(Math.min(1, Math.max(0, t * count - i)))));
    });
  }

  /** Boxes a number, and outlines what it is computed from. What has no part in its step steps back. */
  mark(cell: Cell, locked: boolean): void {
    if (!this.picture) return;
    const { layout, size } = this.picture;
    const step = stepOf(cell.matrix);
    const involved: readonly MatrixName[] = [step, ...sourcesOf(step)];
    this.cells
      .selectAll<SVGGElement, Placed>("g.matrix")
      .classed("aside", ({ matrix, small }) => (layout.whole || small) && !involved.includes(matrix));
    this.words
      .selectAll<SVGElement, { matrix: MatrixName; small: boolean }>("g.caption")
      .classed("aside", (caption) => layout.whole && !involved.includes(caption.matrix));
    const rectsOf = (part: Part) =>
      layout.placed.filter(({ matrix }) => matrix === part.matrix).map((placed) => partOf(placed, part));
    drawRects(this.bands, partsBehind(cell).flatMap(rectsOf));
    drawRects(this.twins, twinsOf(cell, size).flatMap(rectsOf));
    // Two strokes: the outer in paper, so that the inner in ink stands out from any colour.
    drawRects(
      this.box,
      rectsOf(cell).flatMap((rect) => [rect, rect]),
    );
    this.element.classList.toggle("locked", locked);
    const [query, key] = tokensOf(cell);
    this.words
      .selectAll<SVGTextElement, { axis: string; index: number }>("text.index")
      .classed("at", ({ axis, index }) => index === (axis === "query" ? query : key));
  }

  private drawWords({ layout, captions, palette }: StepsPicture): void {
    const soft = this.words;
    soft
      .selectAll("text.index")
      .data(layout.indices)
      .join("text")
      .attr("class", "index")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .text(({ index }) => index);
    soft
      .selectAll("text.axis-name")
      .data(layout.axes)
      .join("text")
      .attr("class", "axis-name")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .style("text-anchor", ({ anchor }) => anchor)
      .text(({ axis }) => axis);
    soft
      .selectAll("path.arrow")
      .data(layout.arrows)
      .join("path")
      .attr("class", "arrow")
      .attr("d", ({ from, to }) => arrowPath(from, to));
    const groups = soft
      .selectAll("g.caption")
      .data(layout.captions)
      .join("g")
      .attr("class", ({ matrix, small }) => `caption part part-${matrix}${small ? " small" : ""}`);
    groups
      .selectAll<SVGTextElement, Caption>("text.name")
      .data((caption) => [caption])
      .join("text")
      .attr("class", "name")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .style("fill", ({ matrix }) => hueOf(matrix, palette))
      .call((texts) => writeTransposed(texts, ({ matrix }) => captions[matrix][0]))
      // The last name is wider than its small matrix.
      .call((texts) => keepInside(texts, layout.width));
    groups
      .selectAll<SVGTextElement, Caption>("text.operation")
      .data((caption) => (caption.small || !caption.below ? [] : [caption]))
      .join("text")
      .attr("class", "operation")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y + 15)
      .call((texts) => writeTransposed(texts, ({ matrix }) => captions[matrix][1]));
  }
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

function drawCells(
  group: Group,
  placed: Placed,
  values: ArrayLike<number>,
  shades: Float32Array,
  tints: readonly string[],
  { size, decimals }: { size: number; decimals: number | null },
): void {
  const { matrix, cell, rows, columns } = placed;
  // Paper between the cells keeps numbers that fill theirs apart.
  const gap = decimals === null ? 0 : 1;
  const line = (row: number) => Array.from({ length: columns }, (_, column) => row * columns + column);
  const lines = group
    .selectAll<SVGGElement, number>("g.row")
    .data(Array.from({ length: rows }, (_, row) => row))
    .join("g")
    .attr("class", "row")
    .attr("transform", (row) => `translate(0,${row * cell})`);
  lines
    .selectAll<SVGRectElement, number>("rect")
    .data(line)
    .join("rect")
    .attr("x", (at) => (at % columns) * cell)
    .attr("width", cell - gap)
    .attr("height", cell - gap)
    .attr("fill", (at) => tints[Math.round((shades[at] ?? 0) * (tints.length - 1))] ?? "none");
  lines
    .selectAll("path")
    .data((row) => line(row).filter((at) => Number.isNaN(shades[at])))
    .join("path")
    .attr("class", "hidden")
    .attr("d", (at) => hatch((at % columns) * cell, cell));
  lines
    .selectAll<SVGTextElement, number>("text")
    .data((row) => (decimals === null ? [] : line(row)))
    .join("text")
    .attr("x", (at) => ((at % columns) + 0.5) * cell)
    .attr("y", cell / 2)
    .style("font-size", `${size}px`)
    .classed("nothing", (at) => Number.isNaN(shades[at]))
    .text((at) =>
      Number.isNaN(shades[at]) ? (matrix === "masked" ? "−∞" : "0") : signed(values[at] ?? Number.NaN, decimals ?? 0),
    );
  group
    .selectAll("rect.frame")
    .data([placed])
    .join("rect")
    .attr("class", "frame")
    .attr("width", widthOf(placed))
    .attr("height", heightOf(placed));
}

const measured = new Map<string, CharacterWidths>();

/** As the reader's fonts have them. */
function characterWidths(family: string): CharacterWidths {
  const known = measured.get(family);
  if (known) return known;
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = `100px ${family}`;
  const widthOfText = (text: string) => (context?.measureText(text).width ?? 100) / 100;
  const widths = { sign: widthOfText("−"), digit: widthOfText("0"), point: widthOfText(".") };
  measured.set(family, widths);
  return widths;
}

/** Three strokes across a cell that the mask hides. */
const hatch = (x: number, side: number) =>
  [0.5, 1, 1.5]
    .map((share) => {
      const [from, to] = [Math.max(0, share - 1) * side, Math.min(1, share) * side];
      return `M${x + from},${to}L${x + to},${from}`;
    })
    .join("");

/** 65 colours from the paper to the hue; of signed numbers, from the hue of negative ones over the paper, which is 0. */
function tintsOf(paper: string, hue: string, negative: string | null, bare: boolean): string[] {
  const from = toOklab(paper);
  const most = bare ? strength.bare : strength.numbered;
  return Array.from({ length: 65 }, (_, i) => {
    const share = negative === null ? i / 64 : (i - 32) / 32;
    const to = toOklab(share < 0 && negative !== null ? negative : hue);
    const mix = (k: 0 | 1 | 2) => from[k] + (to[k] - from[k]) * most * Math.abs(share);
    return toHex([mix(0), mix(1), mix(2)]);
  });
}

function arrowPath(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const [start, tip] = [
    { x: from.x + 6 * dx, y: from.y + 6 * dy },
    { x: to.x - 6 * dx, y: to.y - 6 * dy },
  ];
  const wing = (side: number) => `${tip.x - 5 * dx - side * 4 * dy},${tip.y - 5 * dy + side * 4 * dx}`;
  return `M${start.x},${start.y}L${tip.x},${tip.y}M${wing(1)}L${tip.x},${tip.y}L${wing(-1)}`;
}

const partOf = (placed: Placed, { row, column }: Part): Rect => ({
  x: placed.x + (column ?? 0) * placed.cell,
  y: placed.y + (row ?? 0) * placed.cell,
  width: column === undefined ? widthOf(placed) : placed.cell,
  height: row === undefined ? heightOf(placed) : placed.cell,
});

const square: readonly MatrixName[] = steps.filter((step) => step !== "output");

/** The same query and key in the other matrices that have both. */
function twinsOf({ matrix, row, column }: Cell, size: Size): Cell[] {
  if (!square.includes(matrix)) return [];
  return square
    .filter((other) => other !== matrix)
    .map((other) => ({ matrix: other, row, column }))
    .filter((cell) => isWithin(cell, size));
}

/** The query and the key that a number belongs to, where it belongs to one. */
function tokensOf({ matrix, row, column }: Cell): [query: number | null, key: number | null] {
  if (matrix === "K") return [null, column];
  if (matrix === "V") return [null, row];
  return [row, square.includes(matrix) ? column : null];
}
