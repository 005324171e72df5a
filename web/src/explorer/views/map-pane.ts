/** A head's map with the key to its colours: weights from 0, or numbers on both sides of 0. */
import { type ColorScale, logFloor, scaledWeights } from "../../charts/color/color-scale";
import { divergingRamp, divergingShare } from "../../charts/color/diverging";
import type { Palette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap, type TickNames } from "../../charts/heatmap/heatmap";
import { el } from "../../controls/el";
import { mapBody } from "../../figure/maps/map-body";
import type { Place } from "../scene";
import type { HeadCells } from "./head/head-cells";

export interface MapLook {
  readonly palette: Palette;
  readonly hue: string;
  readonly scale: ColorScale;
  /** What the numbers are called. */
  readonly words: string;
  /** Of the tokens along the axes; null: they are numbered. */
  readonly names: TickNames | null;
}

export class MapPane {
  readonly element: HTMLElement;
  private readonly heatmap: Heatmap;
  private readonly bar = new ScaleBar();
  private drawn: readonly unknown[] = [];

  constructor(label: string, events: ConstructorParameters<typeof Heatmap>[2], ...above: readonly Node[]) {
    this.heatmap = new Heatmap(label, { ticks: true }, events);
    this.element = el("figure", { class: "map single" }, ...above, mapBody(this.heatmap.element), this.bar.element);
    this.bar.reserve(1, "");
    let width = 0;
    new ResizeObserver(([entry]) => {
      const now = entry?.contentRect.width ?? 0;
      if (now === width || now === 0) return;
      width = now;
      this.heatmap.measure();
      this.heatmap.resize();
      this.bar.measure();
      this.bar.resize();
    }).observe(this.heatmap.element);
  }

  /** The place in focus, among the cells that are drawn. */
  mark(place: Place | null, isLocked: boolean): void {
    this.heatmap.mark(place);
    this.heatmap.element.parentElement?.classList.toggle("locked", isLocked);
  }

  /** `of`: what the names belong to; where it and the rest are as before, nothing is drawn. */
  show(cells: HeadCells, look: MapLook, of: unknown): void {
    const { palette, hue, scale, words, names } = look;
    const parts = [cells, hue, palette.paper, scale, words, of];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    this.heatmap.nameTicks(names);
    this.heatmap.measure();
    this.bar.measure();
    const { paper, ink } = palette;
    if (cells.isSigned) {
      const ramp = divergingRamp(paper, palette.maps[2] ?? ink, palette.maps[1] ?? ink);
      const weights = cells.weights.map((value) => divergingShare(value, cells.largest));
      this.heatmap.show({ ...cells, weights }, { paper, ink, hue, max: 1, ramp });
      this.bar.showDiverging(cells.largest, ramp, `${words}; ${hatched}`);
      return;
    }
    const isLinear = scale === "linear";
    const style = { paper, ink, hue, max: isLinear ? cells.largest : 1 };
    this.heatmap.show(isLinear ? cells : scaledWeights(cells, scale, cells.largest), style);
    const isOfRow = scale === "row maximum";
    const from = scale === "log" ? cells.largest * logFloor : 0;
    const caption = isOfRow
      ? `${words} as a share of the row’s largest; ${hatched}`
      : `${words}, ${scale} scale up to the largest; ${hatched}`;
    this.bar.show(isOfRow ? 1 : cells.largest, paper, [hue], caption, from);
  }
}

const hatched = "hatched: the query may not see the key";
