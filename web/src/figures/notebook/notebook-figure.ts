/** The picture: maps, entropy, statistics and weights, linked by one place in focus. Knows no engine and no URL. */

import { mapName, type Palette, readPalette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { EntropyChart } from "../../charts/curves/entropy-chart";
import { inSlices } from "../../charts/motion";
import type { HeadMap, NotebookResult } from "../../compute/client";
import { el } from "../../controls/el";
import { Focus } from "../../figure/maps/focus";
import { strongestCell } from "../../figure/maps/strongest-cell";
import { read } from "../../figure/reading";
import type { Readout } from "../../figure/readout";
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import { type NotebookState, notebookDefaults } from "../../model/notebook-state";
import { type Place, samePlace } from "../../model/place";
import { MapPanel } from "./map-panel";
import { drawStatistics } from "./tables";
import { WeightsDetails } from "./weights-details";

/** Queries from which on the entropy chart is drawn in a turn of its own. */
const longLines = 512;

export interface FigureEvents {
  /** The reader locked a place, moved the lock, or released it (null). */
  readonly lock: (place: Place | null) => void;
  /** The place in focus changed, by pointing, locking or otherwise. */
  readonly focus: (place: Place | null) => void;
}

export class NotebookFigure {
  readonly element = el("div", { class: "picture" });
  private readonly panels: MapPanel[] = [];
  private readonly headGrid = el("div", { class: "heads" });
  private readonly singleScale = new ScaleBar();
  private readonly headScale = new ScaleBar();
  private readonly entropy: EntropyChart;
  private readonly statistics = el("table", { class: "statistics" }, el("caption", {}, "Statistics of each map"));
  private readonly bounds = el("p", { class: "note" });
  private readonly weights = new WeightsDetails();
  private readonly focus = new Focus();
  private single: HeadMap | null = null;
  private heads: readonly HeadMap[] = [];
  private palette: Palette | undefined;
  private shown: Place | null = null;
  private room: NotebookState = notebookDefaults;
  private frame = 0;
  private stopEntropy: () => void = () => {};

  /** `caption` and `readout`, whose places are in the picture, are the figure's. */
  constructor(
    private readonly readout: Readout,
    caption: HTMLElement,
    private readonly events: FigureEvents,
  ) {
    this.entropy = new EntropyChart({
      preview: (place) => this.preview(place),
      toggle: (place) => this.change((focus) => focus.toggle(place)),
      toggleCurrent: () => this.toggleShown((place) => ({ ...place, key: null })),
      release: () => this.change((focus) => focus.release()),
      move: (next) => this.change((focus) => focus.move(next, this.shown?.map ?? 0, false)),
    });
    const single = this.addPanel(0).element;
    const entropy = { class: "entropy", "aria-label": "Entropy of each query", part: "entropy" };
    this.element.append(
      el("div", { class: "single" }, single, this.singleScale.element, this.readout.element),
      el("div", { class: "many" }, this.headGrid, this.headScale.element),
      el("figure", entropy, this.entropy.element),
      el("div", { class: "numbers", part: "statistics" }, this.statistics, this.bounds),
      this.weights.element,
      caption,
    );
  }

  /** Makes room for the panels of a state before their numbers are there. */
  reserve(state: NotebookState): void {
    const { heads, tokens } = state;
    this.room = state;
    while (this.panels.length <= heads) this.headGrid.append(this.addPanel(this.panels.length).element);
    for (const [index, panel] of this.panels.entries()) {
      panel.element.hidden = index > heads;
      panel.paintTitle(this.colors);
    }
    this.headGrid.style.setProperty("--columns", String(Math.ceil(Math.sqrt(heads))));
    if (this.heads.length !== heads) {
      this.singleScale.reserve(1, singleCaption);
      this.headScale.reserve(heads, headCaption(heads));
      this.bounds.textContent = boundsText(tokens, null);
      this.entropy.reserve(heads + 1);
      drawStatistics(this.statistics, Array<null>(heads + 1).fill(null), this.colors.maps);
    }
  }

  /** The single head is ready before the others: draw it alone. */
  showSingle(map: HeadMap, settle: boolean): void {
    this.single = map;
    this.focus.resting = strongestCell(map);
    this.drawSingle(map, settle);
    this.update();
  }

  show(result: NotebookResult, settle: boolean): void {
    this.heads = result.heads;
    if (this.single !== result.single) this.showSingle(result.single, settle);
    this.drawHeads(result.single, settle);
    this.update();
  }

  /** Fades the numbers that are about to be replaced, where that takes long enough to be seen. */
  set stale(stale: boolean) {
    this.element.classList.toggle("stale", stale);
  }

  /** Draws what is there again, in the present theme. */
  restyle(): void {
    this.palette = undefined;
    this.reserve(this.room);
    if (!this.single) return;
    this.drawSingle(this.single, false);
    if (this.heads.length > 0) this.drawHeads(this.single, false);
    this.update();
  }

  lock(place: Place | null): void {
    if (samePlace(place, this.focus.locked)) return;
    this.focus.locked = place;
    this.update();
  }

  private addPanel(map: number): MapPanel {
    const panel = new MapPanel(map, {
      preview: (place) => this.preview(place && { ...place, map }),
      toggle: (place) => this.change((focus) => focus.toggle({ ...place, map })),
      toggleCurrent: () => this.toggleShown((place) => ({ ...place, key: place.key ?? 0, map })),
      release: () => this.change((focus) => focus.release()),
      move: (next) => this.change((focus) => focus.move(next, map, true)),
    });
    this.panels[map] = panel;
    return panel;
  }

  private get colors(): Palette {
    this.palette ??= readPalette(getComputedStyle(this.element));
    return this.palette;
  }

  /** `max`: as for the other heads, once they are there. */
  private drawSingle(map: HeadMap, settle: boolean, max = map.maxWeight): void {
    const [panel] = this.panels;
    panel?.heatmap.measure();
    panel?.show(map, this.colors, max, settle);
    const caption = withReduction(singleCaption, panel);
    this.singleScale.show(max, this.colors.paper, this.colors.maps.slice(0, 1), caption);
  }

  private drawHeads(single: HeadMap, settle: boolean): void {
    const { colors, heads } = this;
    const max = heads.reduce((most, map) => Math.max(most, map.maxWeight), single.maxWeight);
    if (max > single.maxWeight) this.drawSingle(single, settle, max);
    for (const { heatmap } of this.panels) heatmap.measure();
    for (const [i, map] of heads.entries()) this.panels[i + 1]?.show(map, colors, max, settle);
    const caption = withReduction(headCaption(heads.length), this.panels[1]);
    this.headScale.show(max, colors.paper, colors.maps.slice(1, heads.length + 1), caption);
    const lines = [single, ...heads].map(({ entropy }, map) => ({ map, entropy }));
    this.stopEntropy();
    const drawEntropy = () => {
      const { visibleKeys, largestEntropy } = single;
      this.entropy.show({ lines, visibleKeys, largestEntropy }, colors, settle);
      return false;
    };
    // Many long lines would be felt beside so many maps.
    if (single.queries > longLines) this.stopEntropy = inSlices(drawEntropy);
    else drawEntropy();
    drawStatistics(this.statistics, [single, ...heads], colors.maps);
    const most = (numbers: Float32Array) => numbers.reduce((a, b) => Math.max(a, b), 0);
    this.bounds.textContent = boundsText(most(single.visibleKeys), most(single.largestEntropy));
  }

  /** Another width is given. */
  resize(): void {
    for (const { heatmap } of this.panels) heatmap.measure();
    for (const { heatmap } of this.panels) heatmap.resize();
    this.entropy.resize();
    this.singleScale.resize();
    this.headScale.resize();
  }

  private preview(place: Place | null): void {
    if (samePlace(place, this.focus.preview)) return;
    this.focus.preview = place;
    // Pointer events can come faster than frames.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.update();
    });
  }

  private toggleShown(as: (place: Place) => Place): void {
    const { shown } = this;
    if (shown) this.change((focus) => focus.toggle(as(shown)));
  }

  /** What the reader does on purpose; a lock that changes by it is reported. */
  private change(act: (focus: Focus) => void): void {
    const before = this.focus.locked;
    act(this.focus);
    this.update();
    if (!samePlace(before, this.focus.locked)) this.events.lock(this.focus.locked);
  }

  /** Marks the place in focus everywhere and reads it. */
  private update(): void {
    const { focus } = this;
    const map = this.mapAt(focus.place?.map ?? 0);
    const place = focus.place && map && focus.place.query < map.queries ? focus.place : null;
    for (const { heatmap } of this.panels) heatmap.mark(place);
    this.entropy.mark(place);
    this.element.classList.toggle("locked", focus.locked !== null);
    const reading = place && map ? read(map, place) : null;
    this.readout.show(reading, this.colors.maps[place?.map ?? 0] ?? "", Boolean(focus.preview ?? focus.locked));
    this.weights.show(map, place ?? { query: 0, key: 0, map: 0 });
    if (samePlace(place, this.shown)) return;
    this.shown = place;
    this.events.focus(place);
  }

  /** The maps that are drawn: the single head, then the others. */
  data(): FigureData[] {
    const maps = this.single ? [this.single, ...this.heads] : [];
    return dataOfMaps(maps, [{ name: "map", size: maps.length, labels: maps.map((_, map) => mapName(map)) }]);
  }

  private mapAt(map: number): HeadMap | null {
    return (map === 0 ? this.single : this.heads[map - 1]) ?? null;
  }
}

const singleCaption = "weight, linear";
const headCaption = (heads: number) =>
  `weight, linear${heads > 1 ? ", the same for all heads" : ""} · rows query, columns key`;
/** Until the largest entropy is there, spaces as wide as digits keep its room. */
const boundsText = (visible: number, largest: number | null) =>
  `Entropy in nats. Maximum entropy ln ${visible} = ${largest === null ? "\u2007.\u2007\u2007\u2007\u2007" : largest.toFixed(4)}, minimum 0.`;

const withReduction = (caption: string, panel: MapPanel | undefined) => {
  const cells = panel?.heatmap.reduction ?? 1;
  return cells > 1 ? `${caption} · each pixel the largest of ${cells} × ${cells} weights` : caption;
};
