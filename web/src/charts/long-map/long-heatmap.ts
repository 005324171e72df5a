/** The part of a long map that is in view: tiles on one canvas; positions, bands and the cell in focus in SVG above it. */
import { select } from "d3-selection";
import type { TileRange, View } from "../../model/long-view";
import { drawRects } from "../heatmap/heatmap";
import { atLeast, type Rect } from "../heatmap/heatmap-layout";
import { type GestureEvents, listenToGestures } from "./long-gestures";
import { type LongCells, LongLayers, type LongStyle } from "./long-layers";
import { longScale, positionOn } from "./long-scale";
import { LongTicks } from "./long-ticks";

export interface LongHeatmapStyle extends LongStyle {
  readonly paper: string;
  readonly ink: string;
}

/** Rows and columns of the map, as tokens. */
export interface Block {
  readonly query: number;
  readonly key: number;
  readonly side: number;
}

/** A cell this wide has room for its number. */
const roomForNumber = 30;
/** Up to here on the scale ink is easier to read than paper, in both themes. */
const inkUpTo = 0.65;
/** How often the reader is told how to zoom, and for how long. */
const mostHints = 3;
const hintMilliseconds = 1200;
const tickSpacing = { across: 46, down: 22 };

export class LongHeatmap {
  /** The focusable square that holds the cells. */
  readonly element = document.createElement("div");
  private readonly canvas = this.element.appendChild(document.createElement("canvas"));
  private readonly overlay = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly marks = this.overlay.append("svg").attr("class", "marks");
  private readonly bands = this.marks.append("g").attr("class", "bands");
  private readonly box = this.marks.append("g").attr("class", "box");
  private readonly queryTicks = new LongTicks(this.overlay.append("g").attr("class", "ticks"), "query");
  private readonly keyTicks = new LongTicks(this.overlay.append("g").attr("class", "ticks"), "key");
  private readonly layers = new LongLayers();
  /** CSS pixels along a side. */
  width = 300;
  private marked = "";

  private readonly wheelHint = this.element.appendChild(document.createElement("p"));
  private hints = 0;

  constructor(events: Omit<GestureEvents, "plainWheel">) {
    const { element } = this;
    element.className = "cells long-cells";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "map of attention weights");
    element.setAttribute("aria-label", "Attention weights of one long head");
    element.setAttribute("aria-describedby", "reading");
    this.wheelHint.className = "wheel-hint";
    this.wheelHint.setAttribute("aria-hidden", "true");
    listenToGestures(element, { ...events, plainWheel: () => this.hintAtWheel() });
  }

  private hintAtWheel(): void {
    const { classList } = this.wheelHint;
    if (this.hints >= mostHints || classList.contains("shown")) return;
    this.hints++;
    const key = /mac|iphone|ipad/i.test(navigator.userAgent) ? "⌘" : "Ctrl";
    this.wheelHint.textContent = `${key} + wheel zooms`;
    classList.add("shown");
    setTimeout(() => classList.remove("shown"), hintMilliseconds);
  }

  /** Call when the square's size may have changed: reading it in every frame would hold up each one. */
  measure(): void {
    this.width = this.element.clientWidth || this.width;
    this.overlay.attr("viewBox", `0 0 ${this.width} ${this.width}`);
    this.marks.attr("width", this.width).attr("height", this.width);
  }

  draw(cells: LongCells, range: TileRange, view: View, style: LongHeatmapStyle): void {
    const { canvas, width } = this;
    const context = canvas.getContext("2d");
    const ratio = Math.min(2, devicePixelRatio || 1);
    const pixels = Math.round(width * ratio);
    if (canvas.width !== pixels) [canvas.width, canvas.height] = [pixels, pixels];
    if (!context) return;
    context.imageSmoothingEnabled = false;
    this.layers.draw(context, cells, range, view, pixels, style);
    if (width / view.span >= roomForNumber) drawNumbers(context, cells, view, pixels, ratio, style);
  }

  drawTicks(view: View): void {
    this.queryTicks.draw(view.query, view.span, this.width, tickSpacing.down);
    this.keyTicks.draw(view.key, view.span, this.width, tickSpacing.across);
  }

  /** Bands the rows and columns of a cell and boxes it. */
  mark(block: Block | null, view: View): void {
    const marked = JSON.stringify([block, block && view, this.width]);
    if (marked === this.marked) return;
    this.marked = marked;
    const perToken = this.width / view.span;
    if (!block) {
      drawRects(this.bands, []);
      drawRects(this.box, []);
      return;
    }
    const side = block.side * perToken;
    const x = (block.key - view.key) * perToken;
    const y = (block.query - view.query) * perToken;
    const row: Rect = { x: -2, y, width: this.width + 4, height: side };
    const column: Rect = { x, y: -2, width: side, height: this.width + 4 };
    const cell = atLeast({ x, y, width: side, height: side }, 7);
    drawRects(this.bands, [atLeast(row, 3), atLeast(column, 3)]);
    drawRects(this.box, [cell, cell]);
  }
}

/** Single weights, written into cells that have room for them. */
function drawNumbers(
  context: CanvasRenderingContext2D,
  cells: LongCells,
  view: View,
  pixels: number,
  ratio: number,
  style: LongHeatmapStyle,
): void {
  const perToken = pixels / view.span;
  const scale = longScale(style.scale, "largest", cells.keys, 1);
  const { tileCells: side } = cells;
  context.font = `${Math.min(13, (11 * perToken) / ratio / roomForNumber) * ratio}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let query = Math.floor(view.query); query < Math.min(cells.queries, view.query + view.span); query++) {
    const keys = Math.min(cells.keys, view.key + view.span, cells.causal ? query + 1 : cells.keys);
    for (let key = Math.floor(view.key); key < keys; key++) {
      const tile = cells.tile({ level: 0, row: Math.floor(query / side), column: Math.floor(key / side) });
      if (!tile?.rowsDone[query % side]) continue;
      const weight = tile.largest[(query % side) * side + (key % side)] as number;
      context.fillStyle = positionOn(scale, weight) > inkUpTo ? style.paper : style.ink;
      const x = (key + 0.5 - view.key) * perToken;
      context.fillText(inCell(weight), x, (query + 0.5 - view.query) * perToken);
    }
  }
}

/** A weight in four characters or so: ".012", "2e-5". */
function inCell(weight: number): string {
  if (weight >= 0.9995) return "1";
  if (weight >= 0.0005) return weight.toFixed(3).slice(1);
  return weight === 0 ? "0" : weight.toExponential(0);
}
