/** Three strips along the map that follow its view: attention received above, given and entropy on the right. */

import type { MapMargins } from "../../compute/heed";
import type { ColorScale } from "../../model/long-state";
import type { View } from "../../model/long-view";
import type { CellGrid } from "./long-cells";

/** Some cells, and what they add up to. */
export interface Margins extends MapMargins {
  readonly grid: CellGrid;
}

export interface StripStyle {
  readonly hue: string;
  readonly scale: ColorScale;
  /** The greatest entropy that a query can have. */
  readonly mostEntropy: number;
}

/** On a log scale the received attention is drawn over this range. */
const decades = 4;

/** Bars are light, their ends in the full hue. */
const tint = 0.3;

type Along = "keys" | "queries";

class Strip {
  readonly canvas = document.createElement("canvas");

  constructor(
    name: string,
    private readonly along: Along,
  ) {
    this.canvas.className = `strip ${name}`;
  }

  private ratio = 1;

  measure(): void {
    this.ratio = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = Math.round(this.canvas.clientWidth * this.ratio);
    this.canvas.height = Math.round(this.canvas.clientHeight * this.ratio);
  }

  /** A bar for each cell, from one share of the strip's breadth to another. */
  draw(
    view: View,
    { block, query, key }: CellGrid,
    from: ArrayLike<number> | null,
    to: ArrayLike<number>,
    hue: string,
  ): void {
    const { canvas, along, ratio } = this;
    const { width, height } = canvas;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.fillStyle = hue;
    const edge = 1.5 * ratio;
    const bar = (at: number, size: number, low: number, high: number) =>
      along === "keys"
        ? context.fillRect(at, breadth - high, size, high - low)
        : context.fillRect(low, at, high - low, size);
    const [length, breadth] = along === "keys" ? [width, height] : [height, width];
    const perToken = length / view.span;
    const first = along === "keys" ? key - view.key : query - view.query;
    for (let i = 0; i < to.length; i++) {
      const end = to[i] as number;
      if (!(end >= 0)) continue;
      const at = Math.round((first + i * block) * perToken);
      const size = Math.max(1, Math.round((first + (i + 1) * block) * perToken) - at);
      const high = Math.max(edge, breadth * end);
      const low = Math.min(high - edge, breadth * ((from?.[i] as number) || 0));
      context.globalAlpha = tint;
      bar(at, size, low, high);
      context.globalAlpha = 1;
      bar(at, size, high - edge, high);
      if (from) bar(at, size, low, low + edge);
    }
  }
}

export class LongStrips {
  private readonly strips = {
    received: new Strip("received", "keys"),
    given: new Strip("given", "queries"),
    entropy: new Strip("entropy-strip", "queries"),
  };
  readonly received = this.strips.received.canvas;
  readonly given = this.strips.given.canvas;
  readonly entropy = this.strips.entropy.canvas;
  private margins: Margins | undefined;
  private bars: { received: Float32Array; least: Float32Array; most: Float32Array } | undefined;

  /** Call when their size may have changed. */
  measure(): void {
    for (const strip of Object.values(this.strips)) strip.measure();
  }

  /** Takes in new numbers; returns the most that a key receives. */
  take(margins: Margins, { scale, mostEntropy }: StripStyle): number {
    this.margins = margins;
    const most = margins.received.data.reduce((a, b) => (b > a ? b : a), 0);
    const share = (value: number) =>
      scale === "log" ? Math.max(0, 1 + Math.log10(value / most) / decades) : value / (most || 1);
    const ofMost = (value: number) => (mostEntropy > 0 ? value / mostEntropy : 0);
    this.bars = {
      received: margins.received.data.map(share),
      least: margins.leastEntropy.data.map(ofMost),
      most: margins.mostEntropy.data.map(ofMost),
    };
    return most;
  }

  draw(view: View, { hue }: StripStyle): void {
    const { margins, bars } = this;
    if (!margins || !bars) return;
    const { grid, given } = margins;
    this.strips.received.draw(view, grid, null, bars.received, hue);
    this.strips.given.draw(view, grid, null, given.data, hue);
    this.strips.entropy.draw(view, grid, bars.least, bars.most, hue);
  }
}
