/** The whole map, small, with the part in view framed; dragging moves the frame. For the pointer only: the map itself has keys. */

import { listenToPress } from "../../controls/press";
import type { TileRange } from "../../model/long-view";
import { type Extent, type View, wholeView } from "../../model/long-view";
import { type LongCells, LongLayers, type LongStyle } from "./long-layers";

export class LongMinimap {
  readonly element = document.createElement("div");
  private readonly canvas = this.element.appendChild(document.createElement("canvas"));
  private readonly frame = this.element.appendChild(document.createElement("i"));
  private readonly layers = new LongLayers();
  private readonly whole = document.createElement("canvas");
  private span = 1;

  /** `move` is told which position should come into the middle. */
  constructor(move: (query: number, key: number) => void) {
    const { element } = this;
    element.className = "minimap";
    this.frame.className = "frame";
    element.setAttribute("aria-hidden", "true");
    const follow = ({ clientX, clientY }: PointerEvent) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      move(((clientY - top) / height) * this.span, ((clientX - left) / width) * this.span);
    };
    listenToPress(element, {
      begin: (event) => {
        follow(event);
        return true;
      },
      drag: follow,
    });
  }

  /** Draws the whole from these tiles. */
  draw(cells: LongCells, range: TileRange, style: LongStyle): void {
    const view = wholeView(cells);
    const ratio = Math.min(2, devicePixelRatio || 1);
    const pixels = Math.round(this.canvas.clientWidth * ratio);
    // A pixel per cell first: the tiles are drawn unsmoothed, the reduction to this size is smoothed.
    const full = Math.ceil(view.span / 2 ** range.level);
    if (this.whole.width !== full) [this.whole.width, this.whole.height] = [full, full];
    if (this.canvas.width !== pixels) [this.canvas.width, this.canvas.height] = [pixels, pixels];
    const inner = this.whole.getContext("2d");
    const context = this.canvas.getContext("2d");
    if (!inner || !context) return;
    this.layers.draw(inner, cells, range, { ...view, span: full * 2 ** range.level }, full, style);
    context.clearRect(0, 0, pixels, pixels);
    context.imageSmoothingEnabled = full > pixels;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.whole, 0, 0, pixels, pixels);
  }

  frameView({ query, key, span }: View, extent: Extent): void {
    this.span = wholeView(extent).span;
    const percent = (tokens: number) => `${(100 * tokens) / this.span}%`;
    Object.assign(this.frame.style, {
      left: percent(key),
      top: percent(query),
      width: percent(span),
      height: percent(span),
    });
    this.element.classList.toggle("zoomed", span < this.span);
  }
}
