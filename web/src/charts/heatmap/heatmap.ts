/** One attention map: cells on a canvas, ticks, bands and the focus box in SVG above it. */
import { type Selection, select } from "d3-selection";
import { fromOklab, pixel, ramp, toOklab } from "../color/color";
import { shorten } from "../format";
import { keepInside, keepSlantedInside } from "../keep-inside";
import { inSlices, tween } from "../motion";
import { listenToKeys, listenToPointer, type PlaceEvents } from "../place-events";
import { atLeast, type HeatmapLayout, heatmapLayout, type Rect, type Size } from "./heatmap-layout";
import { type Cells, paintRows, type Raster, rasterFor } from "./raster";
import { trueResolution } from "./true-resolution";

/** What the tokens of each axis are called. */
export interface TickNames {
  readonly query: (index: number) => string;
  readonly key: (index: number) => string;
}

export interface HeatmapStyle {
  readonly paper: string;
  readonly hue: string;
  readonly ink: string;
  /** The weight that is drawn in the full hue. */
  readonly max: number;
  /** Other colours than from paper to the hue, 256 of them. */
  readonly ramp?: Uint32Array;
}

export interface HeatmapOptions {
  readonly ticks: boolean;
  /** What it is, where it is no attention map. */
  readonly description?: string;
}

/** Up to this many cells a change of the weights is shown as a transition. */
const animatedCells = 64 * 64;
const transition = 260;
/** Wider than names of any font that come down at 45° are high there. */
const nearEdge = 24;

export class Heatmap {
  /** The focusable square that holds the cells. */
  readonly element = document.createElement("div");
  private readonly canvas = this.element.appendChild(document.createElement("canvas"));
  private readonly overlay = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly bands = this.overlay.append("g").attr("class", "bands");
  private readonly box = this.overlay.append("g").attr("class", "box");
  private readonly ticks = this.overlay.append("g").attr("class", "ticks");
  private readonly cursors = this.overlay.append("g").attr("class", "cursors");
  private size: Size = { width: 0, height: 0 };
  private layout: HeatmapLayout | undefined;
  private map: Cells | undefined;
  private style: HeatmapStyle | undefined;
  private drawn: { weights: Float32Array; max: number } | undefined;
  private place: { query: number; key: number | null } | null = null;
  private names: TickNames | null = null;
  private areLong = true;
  private stopMotion = () => {};
  private stopPainting = () => {};

  constructor(
    label: string,
    private readonly options: HeatmapOptions,
    events: PlaceEvents & { readonly toggleCurrent: () => void },
  ) {
    this.element.className = "cells";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-roledescription", options.description ?? "attention map");
    this.element.setAttribute("aria-label", label);
    this.element.setAttribute("aria-describedby", "reading");
    trueResolution.set(this.canvas, () => this.allCells());
    listenToPointer(this.element, (x, y) => this.layout?.cellAt(x, y) ?? null, events);
    listenToKeys(this.element, () => this.map ?? { queries: 1, keys: 1 }, events);
  }

  /** The cell under a point of the element; null outside. */
  cellAt(x: number, y: number): { query: number; key: number } | null {
    const { width, height } = this.size;
    return x >= 0 && y >= 0 && x < width && y < height ? (this.layout?.cellAt(x, y) ?? null) : null;
  }

  /** Names of tokens in place of numbers along the axes; those of keys stand askew where they are long. */
  nameTicks(names: TickNames | null, areLong = true): void {
    this.names = names;
    this.areLong = areLong;
    this.element.classList.toggle("named", names !== null);
  }

  /** Reads the square's size; to be called before `show` where it may have changed, for all maps before any is drawn. */
  measure(): void {
    this.size = { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  /** Draws a map. With `settle`, small maps move from the weights drawn before to the new ones. */
  show(map: Cells, style: HeatmapStyle, settle = false): void {
    this.map = map;
    this.style = style;
    this.layOut();
    this.stopMotion();
    const before = this.drawn;
    const raster = this.raster(map);
    if (settle && before && before.weights.length === map.weights.length && map.weights.length <= animatedCells) {
      const between = { ...map, weights: new Float32Array(map.weights.length) };
      this.stopMotion = tween(transition, (t) => {
        const max = before.max + (style.max - before.max) * t;
        map.weights.forEach((to, i) => {
          const from = before.weights[i] as number;
          between.weights[i] = t === 1 ? to : from + (to - from) * t;
        });
        this.drawn = { weights: between.weights, max };
        this.paint(between, raster, { ...style, max });
      });
    } else {
      this.drawn = { weights: map.weights, max: style.max };
      this.paint(map, raster, style);
    }
  }

  /** Draws again what the size that `measure` read has changed. */
  resize(): void {
    if (!this.map || !this.style) return;
    if (this.raster(this.map).columns !== this.canvas.width) this.show(this.map, this.style);
    else this.layOut();
  }

  /** Cells per drawn pixel along an axis. */
  get reduction(): number {
    return this.map ? this.raster(this.map).reduction : 1;
  }

  /** Bands the row and column of a place and boxes its cell. Moves a few SVG elements; the canvas is left alone. */
  mark(place: { query: number; key: number | null } | null): void {
    this.place = place;
    const { layout, map } = this;
    const inside = place && map && layout && place.query < map.queries && (place.key ?? 0) < map.keys ? place : null;
    const key = inside?.key ?? null;
    const bands = inside && layout ? [layout.row(inside.query), ...(key === null ? [] : [layout.column(key)])] : [];
    const cell = inside && layout && key !== null ? atLeast(layout.cell(inside.query, key), 5) : null;
    drawRects(this.bands, bands);
    // Two strokes: the outer in paper, so that the inner in ink stands out from any cell colour.
    drawRects(this.box, cell ? [cell, cell] : []);
    if (this.options.ticks) this.markTicks(inside?.query ?? null, key);
  }

  private raster(map: Cells): Raster {
    return rasterFor(map, (this.size.width || 300) * devicePixelRatio);
  }

  private layOut(): void {
    if (!this.map) return;
    const { width, height } = this.size;
    this.layout = heatmapLayout(this.map, this.size);
    this.overlay.attr("viewBox", `0 0 ${width} ${height}`);
    if (this.options.ticks) this.drawTicks(this.layout);
    this.mark(this.place);
  }

  private paint(cells: Cells, raster: Raster, style: HeatmapStyle): void {
    const { canvas } = this;
    const context = canvas.getContext("2d");
    this.stopPainting();
    if (!context) return;
    if (canvas.width !== raster.columns || canvas.height !== raster.rows) {
      canvas.width = raster.columns;
      canvas.height = raster.rows;
    }
    const colors = colorsOf(style);
    const image = context.createImageData(raster.columns, raster.rows);
    const pixels = new Uint32Array(image.data.buffer);
    const rowsAtOnce = Math.max(1, Math.ceil(40_000 / (cells.keys * raster.reduction)));
    let row = 0;
    this.stopPainting = inSlices(() => {
      const end = Math.min(raster.rows, row + rowsAtOnce);
      paintRows(cells, raster, colors, pixels, row, end);
      context.putImageData(image, 0, 0, 0, row, raster.columns, end - row);
      row = end;
      return row < raster.rows;
    });
  }

  /** The map with a pixel a cell, where it is shown with fewer. */
  private allCells(): HTMLCanvasElement | null {
    const { map, style } = this;
    if (!map || !style || this.reduction === 1) return null;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [map.keys, map.queries];
    const context = canvas.getContext("2d");
    if (!context) return null;
    const image = context.createImageData(map.keys, map.queries);
    const raster = { columns: map.keys, rows: map.queries, reduction: 1 };
    paintRows(map, raster, colorsOf(style), new Uint32Array(image.data.buffer), 0, map.queries);
    context.putImageData(image, 0, 0);
    return canvas;
  }

  private drawTicks(layout: HeatmapLayout): void {
    const tick = (axis: "query" | "key", indices: readonly number[]) =>
      this.ticks
        .selectAll<SVGTextElement, number>(`text.${axis}`)
        .data(indices, (index) => index)
        .join("text")
        .attr("class", axis)
        .attr("x", (index) => tickPosition(layout, axis, index).x)
        .attr("y", (index) => tickPosition(layout, axis, index).y)
        .attr("transform", (index) => this.slant(axis, tickPosition(layout, axis, index)))
        .text(this.nameOf(axis));
    tick("query", layout.queryTicks);
    tick("key", layout.keyTicks);
    this.keepKeysInside(this.ticks);
  }

  /** The index in focus in bold on each axis; ticks that would touch it give way. */
  private markTicks(query: number | null, key: number | null): void {
    const { layout } = this;
    if (!layout) return;
    const marks = [
      { axis: "query" as const, index: query, apart: 15 },
      { axis: "key" as const, index: key, apart: this.keyRoom(key ?? 0) },
    ];
    for (const { axis, index, apart } of marks) {
      const at = index === null ? null : tickPosition(layout, axis, index);
      this.ticks.selectAll<SVGTextElement, number>(`text.${axis}`).attr("visibility", (tick) => {
        const here = tickPosition(layout, axis, tick);
        return at && Math.abs(here.x - at.x) + Math.abs(here.y - at.y) < apart ? "hidden" : null;
      });
      this.cursors
        .selectAll<SVGTextElement, number>(`text.${axis}`)
        .data(index === null ? [] : [index])
        .join("text")
        .attr("class", axis)
        .attr("x", at?.x ?? 0)
        .attr("y", at?.y ?? 0)
        .attr("transform", at && this.slant(axis, at))
        .text(this.nameOf(axis));
    }
    this.keepKeysInside(this.cursors);
  }

  /** Names over the last columns may reach beyond them. */
  private keepKeysInside(group: Selection<SVGGElement, unknown, null, undefined>): void {
    const { names, layout, areLong } = this;
    const { width } = this.size;
    if (!names || !layout) return;
    // Only those near an edge are measured: a name that is pointed at would have the page laid out for each move.
    const near = group.selectAll<SVGTextElement, number>("text.key").filter((key) => {
      const { x } = tickPosition(layout, "key", key);
      const room = areLong ? nearEdge : this.keyRoom(key);
      return x > width - room || (!areLong && x < room);
    });
    if (areLong) keepSlantedInside(near, width);
    else keepInside(near, width);
  }

  private nameOf(axis: "query" | "key") {
    return (index: number) => shorten(this.names?.[axis](index) ?? String(index));
  }

  private keyRoom(key: number): number {
    return this.names && !this.areLong ? 9 + 6 * this.nameOf("key")(key).length : 10 + 7 * String(key).length;
  }

  /** Long names come down to their columns from the left, where the queries' names leave room. */
  private slant(axis: "query" | "key", { x, y }: { x: number; y: number }): string | null {
    if (!this.names || !this.areLong || axis !== "key") return null;
    return `rotate(45 ${x} ${y})`;
  }
}

const colorsOf = ({ paper, hue, ink, max, ramp: own }: HeatmapStyle) => ({
  ramp: own ?? ramp(paper, hue),
  max,
  nan: pixel(fromOklab(toOklab(ink))),
});

function tickPosition(layout: HeatmapLayout, axis: "query" | "key", index: number): { x: number; y: number } {
  if (axis === "key") {
    const { x, width } = layout.column(index);
    return { x: x + width / 2, y: -8 };
  }
  const { y, height } = layout.row(index);
  return { x: -7, y: y + height / 2 };
}

export function drawRects(group: Selection<SVGGElement, unknown, null, undefined>, rects: readonly Rect[]): void {
  group
    .selectAll("rect")
    .data(rects)
    .join("rect")
    .attr("x", (rect) => rect.x)
    .attr("y", (rect) => rect.y)
    .attr("width", (rect) => rect.width)
    .attr("height", (rect) => rect.height);
}
