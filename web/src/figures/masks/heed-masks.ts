/**
 * <heed-masks>: one head of the source experiment under a mask: causal, a window, padding, a prefix, or painted cell by
 * cell. Attributes and address: the settings of state/masks-state.ts.
 */

import { ScaleBar } from "../../charts/color/scale-bar";
import { EntropyChart } from "../../charts/curves/entropy-chart";
import { exact } from "../../charts/format";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { isVisible } from "../../charts/heatmap/raster";
import { RowChart } from "../../charts/heatmap/row-chart";
import { listenToStrokes } from "../../charts/paint-events";
import { engine, type HeadMap, type MaskedHead } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { strongestCell } from "../../figure/maps/strongest-cell";
import { read } from "../../figure/reading";
import type { Cell } from "../../model/cell-setting";
import type { FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import masks from "./masks.css?inline";
import { type MasksState, maskOptions, masksSettings } from "./masks-state";
import { fitted, maskOf, type PaintedMask, painted } from "./painted-mask";

/** The head of the experiment that has most to choose between. */
const map = 3;
const names: Readonly<Record<MasksState["mask"], string>> = {
  none: "no mask",
  causal: "causal mask",
  window: "sliding window",
  padding: "padding mask",
  prefix: "prefix mask",
  painted: "painted mask",
};

const sheet = sheetOf(masks);

export class HeedMasks extends FigureElement<MasksState, MaskedHead> {
  static readonly observedAttributes = attributesOf(masksSettings);

  private readonly heatmap: Heatmap;
  private readonly row: RowChart;
  private readonly entropy: EntropyChart;
  private readonly scale = new ScaleBar();
  private readonly mapTitle = el("span", { class: "title" });
  private readonly count = el("span", { class: "mean" });
  private readonly rowTitle = el("p", { class: "row-title" });
  private readonly inFocus = new Focus();
  private readonly paintOver = button("paint over this mask", () => this.takeForPainting());
  private readonly openAll = button("open all", () => this.fill(() => true));
  private readonly hideAll = button("hide all", () => this.fill(() => false));
  private drawn: MaskedHead | null = null;
  /** What the present stroke makes of the cells that it passes. */
  private stroke: boolean | null = null;
  /** What an arrow key makes of the cell that it comes to. */
  private carried: boolean | null = null;

  constructor() {
    super({
      settings: masksSettings,
      label: "Masks",
      hint: "Choose a mask, or paint one: press on cells, or walk with the arrow keys and press space.",
      viewSettings: ["cell"],
      readingHint: "Point at a cell to read it. Click to keep it. The arrow keys move over the map.",
      sheet,
    });
    const events = {
      preview: (place: Omit<Place, "map"> | null) => {
        if (this.stroke === null) this.act((focus) => (focus.preview = place && { ...place, map }));
      },
      toggle: (place: Omit<Place, "map">) => {
        if (!this.isPainting) this.act((focus) => focus.toggle({ ...place, map }));
      },
      toggleCurrent: () =>
        this.isPainting ? this.toggleCell() : this.act((focus) => focus.place && focus.toggle(focus.place)),
      release: () => this.act((focus) => focus.release()),
    };
    this.heatmap = new Heatmap(
      "Attention weights under the mask",
      { ticks: true },
      { ...events, move: (next) => this.walk(next) },
    );
    this.entropy = new EntropyChart({
      ...events,
      toggle: (place) => this.act((focus) => focus.toggle({ ...place, map })),
      toggleCurrent: () => this.act((focus) => focus.place && focus.toggle({ ...focus.place, key: null })),
      move: (next) => this.act((focus) => focus.move(next, map, false)),
    });
    const inRow = (key: number) => ({ query: this.inFocus.place?.query ?? 0, key, map });
    this.row = new RowChart({
      preview: (key) => this.act((focus) => (focus.preview = key === null ? null : inRow(key))),
      toggle: (key) => this.act((focus) => focus.toggle(inRow(key))),
    });
    listenToStrokes(this.heatmap.element, (x, y) => this.heatmap.cellAt(x, y), {
      isOn: () => this.isPainting,
      begin: (cell) => this.beginStroke(cell),
      over: (cell) => this.paint(cell),
      end: () => {
        this.stroke = null;
        this.change({}, true);
      },
    });
    this.heatmap.element.addEventListener("keydown", (event) => this.carry(event), { capture: true });
    this.controls.own.append(this.paintOver, this.openAll, this.hideAll);
    this.layOut();
  }

  private layOut(): void {
    const mapFigure = el(
      "figure",
      { class: "map", part: "map", "aria-label": "Weights" },
      el("div", { class: "map-head" }, this.mapTitle, this.count),
      mapBody(this.heatmap.element),
    );
    this.drawing.classList.add("masks");
    this.drawing.append(
      el("div", { class: "single" }, mapFigure, this.scale.element),
      el(
        "div",
        { class: "rows" },
        el(
          "figure",
          { class: "one-row", part: "row", "aria-label": "The query in focus" },
          this.rowTitle,
          this.row.element,
        ),
        el(
          "figure",
          { class: "entropy", part: "entropy", "aria-label": "Entropy of each query" },
          this.entropy.element,
        ),
      ),
    );
  }

  protected compute(state: MasksState, signal: AbortSignal): Promise<MaskedHead> {
    const { tokens, seed } = state;
    return engine.maskedHead({ tokens, seed, head: map - 1, options: maskOptions(state) }, signal);
  }

  protected provenance({ seed }: MasksState): string {
    return `random weights, seed ${seed}`;
  }

  data(): FigureData[] {
    if (!this.drawn) return [];
    const { masked, open } = this.drawn;
    const axes = [
      { name: "query", size: masked.queries },
      { name: "key", size: masked.keys },
    ];
    return [
      { name: "weights under the mask", values: withoutHidden(masked), axes },
      { name: "weights without a mask", values: open.weights, axes },
      { name: "entropy in nats", values: masked.entropy, axes: axes.slice(0, 1) },
      { name: "visible keys", values: masked.visibleKeys, axes: axes.slice(0, 1) },
    ];
  }

  protected draw(result: MaskedHead, state: MasksState, isNew: boolean): void {
    const { masked } = result;
    const { paper, ink, maps } = this.colors;
    const hue = maps[map] ?? ink;
    const settle = isNew && this.drawn !== null && this.stroke === null;
    this.drawn = result;
    const inside = state.cell && state.cell.query < state.tokens && state.cell.key < state.tokens ? state.cell : null;
    this.inFocus.locked = inside && { ...inside, map };
    this.inFocus.resting = strongestCell(masked);
    // The same for every mask, so that a key that gains weight looks like it. Rows that see one key would pale all others.
    const max = Math.min(1, 2 * result.open.maxWeight);
    this.heatmap.measure();
    this.heatmap.show(masked, { paper, ink, hue, max }, settle);
    this.heatmap.element.classList.toggle("paintable", state.mask === "painted");
    this.scale.show(max, paper, [hue], "weight, linear · hatched: hidden", 0, max < 1);
    this.mapTitle.textContent = `Head ${map}, ${names[state.mask]}`;
    this.mapTitle.style.color = hue;
    this.count.textContent = `${masked.visibleKeys.reduce((sum, keys) => sum + keys, 0)} of ${masked.queries * masked.keys} cells open`;
    const { visibleKeys, largestEntropy } = masked;
    const lines = [{ map, entropy: masked.entropy }];
    this.entropy.show({ lines, visibleKeys, largestEntropy }, this.colors, settle);
    this.paintOver.hidden = state.mask === "painted";
    this.openAll.hidden = this.hideAll.hidden = state.mask !== "painted";
    this.mark();
  }

  private act(change: (focus: Focus) => void): void {
    const before = this.inFocus.locked;
    change(this.inFocus);
    const { locked } = this.inFocus;
    const { query, key } = locked ?? { query: 0, key: null };
    if (locked !== before) this.change({ cell: locked && key !== null ? { query, key } : null }, true);
    this.mark();
  }

  private mark(): void {
    if (!this.drawn) return;
    const { masked, open } = this.drawn;
    const { place, preview, locked } = this.inFocus;
    const { keys } = masked;
    const hue = this.colors.maps[map] ?? this.colors.ink;
    this.heatmap.mark(place);
    this.entropy.mark(place && { ...place, map });
    this.drawing.classList.toggle("locked", locked !== null);
    const query = place?.query ?? 0;
    const row = (weights: Float32Array) => weights.subarray(query * keys, (query + 1) * keys);
    const [weights, without] = [row(masked.weights), row(open.weights)];
    this.row.show(
      {
        weights,
        open: without,
        isVisible: (key) => isVisible(masked, query, key),
        max: Math.max(masked.maxWeight, open.maxWeight),
      },
      hue,
      place?.key ?? null,
    );
    this.rowTitle.replaceChildren(
      `Weights of query ${query}`,
      el("span", { class: "soft" }, "; outlined: without the mask"),
    );
    const text = place && read(masked, place);
    const key = place?.key ?? null;
    const also = key === null || this.state.mask === "none" ? "" : `without the mask ${exact(without[key] ?? 0)} · `;
    this.readout.show(text && { ...text, exact: also + text.exact }, hue, Boolean(preview ?? locked));
  }

  private get isPainting(): boolean {
    return this.state.mask === "painted";
  }

  private get painting(): PaintedMask {
    return fitted(this.state.painted, this.state.tokens);
  }

  private isOpen({ query, key }: Cell): boolean {
    const { size, open } = this.painting;
    return open[query * size + key] === 1;
  }

  private beginStroke(cell: Cell): void {
    this.stroke = !this.isOpen(cell);
    this.paint(cell);
  }

  private paint({ query, key }: Cell): void {
    if (this.stroke === null) return;
    this.inFocus.preview = { query, key, map };
    this.change({ painted: painted(this.painting, query, key, this.stroke) }, false);
    this.mark();
  }

  private toggleCell(): void {
    const { query, key } = this.inFocus.place ?? { query: 0, key: null };
    const cell = { query, key: key ?? 0 };
    this.inFocus.preview = { ...cell, map };
    this.change({ painted: painted(this.painting, cell.query, cell.key, !this.isOpen(cell)) }, true);
  }

  /** With shift held, arrows take the present cell's state along. */
  private carry(event: KeyboardEvent): void {
    const { place } = this.inFocus;
    const isCarrying = this.isPainting && event.shiftKey && event.key.startsWith("Arrow") && place;
    this.carried = isCarrying ? this.isOpen({ query: place.query, key: place.key ?? 0 }) : null;
  }

  private walk(next: (cell: Cell) => Cell): void {
    this.act((focus) => focus.move(next, map, true));
    const { place } = this.inFocus;
    if (this.carried === null || !place) return;
    this.change({ painted: painted(this.painting, place.query, place.key ?? 0, this.carried) }, true);
  }

  private takeForPainting(): void {
    const { masked } = this.drawn ?? {};
    if (masked)
      this.change({ mask: "painted", painted: maskOf(masked.queries, (q, k) => isVisible(masked, q, k)) }, true);
  }

  private fill(isOpen: () => boolean): void {
    this.change({ painted: maskOf(this.state.tokens, isOpen) }, true);
  }
}

/** NaN where there is no weight because the key is hidden. */
const withoutHidden = (map: HeadMap) =>
  map.weights.map((weight, i) => (isVisible(map, Math.floor(i / map.keys), i % map.keys) ? weight : Number.NaN));

function button(text: string, act: () => void): HTMLButtonElement {
  const element = el("button", { type: "button" }, text);
  element.addEventListener("click", act);
  return element;
}
