/** The picture: the long map with its strips, minimap, scale and sentence. Draws at most once a frame. Knows no URL. */
import { fromOklab, pixel, ramp, toOklab } from "../../charts/color/color";
import { readPalette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { count, short } from "../../charts/format";
import { cellsInView, knownCells } from "../../charts/long-map/long-cells";
import { LongHeatmap, type LongHeatmapStyle } from "../../charts/long-map/long-heatmap";
import { LongMinimap } from "../../charts/long-map/long-minimap";
import { longScale } from "../../charts/long-map/long-scale";
import { LongStrips, type Margins, type StripStyle } from "../../charts/long-map/long-strips";
import type { LongMap } from "../../compute/maps/long-map";
import { el } from "../../controls/el";
import type { Readout } from "../../figure/readout";
import type { FigureData } from "../../model/figure-data";
import { extentOf, type LongState, type Position } from "../../model/long-state";
import type { TileRange } from "../../model/long-view";
import { isWhole, levelOf, tilesInView, type View, wholeView } from "../../model/long-view";
import { LongNavigation } from "./long-navigation";
import { LongProgress } from "./long-progress";
import { type Readable, readCell } from "./long-reading";

export interface LongFigureEvents {
  /** The reader moved the view; `settled` when the movement is over. */
  readonly view: (view: View | null, settled: boolean) => void;
  readonly lock: (position: Position | null) => void;
  readonly progress: (share: number, sampled: boolean) => void;
}

/** How long a view of a part waits for a fine sample of the whole; it has a coarse one in any case. */
const overviewMilliseconds = 300;
/** The strips and the minimap are summed up anew this often while tiles come in. */
const summaryMilliseconds = 150;

export class LongFigure {
  readonly element: HTMLElement;
  private readonly heatmap: LongHeatmap;
  private readonly strips = new LongStrips();
  private readonly minimap: LongMinimap;
  private readonly progress = new LongProgress();
  private readonly scaleBar = new ScaleBar();
  private readonly stripNote = el("p", { class: "note" });
  /** The end of the entropy's axis. */
  private readonly mostEntropy = el("span");
  private readonly navigation: LongNavigation;
  private map: LongMap | null = null;
  private cells: Readable | null = null;
  private style: { heatmap: LongHeatmapStyle; strips: StripStyle } | undefined;
  private wanted = "";
  private hasOverview = false;
  private shownAt = 0;
  private frame = 0;
  private readText = "";
  private summary: ReturnType<typeof setTimeout> | undefined;
  private hue = "";
  private margins: Margins | null = null;
  private marginsAsked = 0;
  private marginsShown = 0;

  /** `caption` and `readout`, whose places are in the picture, are the figure's. */
  constructor(
    private state: LongState,
    private readonly readout: Readout,
    caption: HTMLElement,
    private readonly events: LongFigureEvents,
  ) {
    const navigation = new LongNavigation(extentOf(state), () => this.heatmap.width, {
      moved: () => this.changed(),
      view: events.view,
      lock: events.lock,
      place: (aloud) => {
        this.draw();
        this.read(aloud);
      },
    });
    this.navigation = navigation;
    this.heatmap = new LongHeatmap(navigation.gestures());
    this.minimap = new LongMinimap((query, key) => navigation.centre(query, key));
    const zoom = (factor: number) => () => navigation.zoom(factor, null, true);
    this.element = el(
      "div",
      { class: "long-picture" },
      el(
        "div",
        { class: "plot", part: "map" },
        el("span", { class: "axis key" }, "key"),
        el("span", { class: "axis query" }, "query"),
        el("span", { class: "strip-name received-name" }, "received"),
        el("span", { class: "strip-name given-name" }, "given"),
        el("span", { class: "strip-name entropy-name" }, "entropy"),
        this.strips.received,
        this.heatmap.element,
        this.strips.given,
        this.strips.entropy,
        el("span", { class: "strip-ends given-ends" }, el("span", {}, "0"), el("span", {}, "1")),
        el("span", { class: "strip-ends entropy-ends" }, el("span", {}, "0"), this.mostEntropy),
        this.stripNote,
      ),
      this.readout.element,
      el(
        "div",
        { class: "beside" },
        el(
          "div",
          { class: "overview" },
          this.minimap.element,
          el(
            "div",
            { class: "zooms not-exported", role: "group", "aria-label": "Zoom" },
            button("zoom in", zoom(2)),
            button("zoom out", zoom(0.5)),
            button("whole map", () => navigation.showWhole()),
          ),
        ),
        this.progress.element,
        this.scaleBar.element,
      ),
      caption,
    );
  }

  /** What is to be shown; the map of it comes separately. */
  set(state: LongState): void {
    const before = this.state;
    this.state = state;
    if (state.view !== before.view || state.tokens !== before.tokens) this.navigation.set(state.view, extentOf(state));
    this.navigation.locked = state.locked;
    if (state.reduce !== before.reduce || state.scale !== before.scale || state.mask !== before.mask)
      this.style = undefined;
    this.draw();
    this.summarise();
  }

  /** The weights, or null while there are none. */
  show(map: LongMap | null): void {
    this.map = map;
    this.wanted = "";
    this.hasOverview = false;
    this.shownAt = performance.now();
    this.margins = null;
    this.cells = map && {
      queries: map.queries,
      keys: map.keys,
      causal: this.state.mask === "causal",
      tileCells: map.tileCells,
      topLevel: map.topLevel,
      tile: (key) => map.tile(key),
      entropy: map.entropy,
      known: map.known,
    };
    this.element.classList.toggle("stale", map === null);
    this.progress.show(null);
    if (map) map.onProgress = () => this.onProgress();
    this.style = undefined;
    this.draw();
    this.summarise();
  }

  /** At once: a page that is printed does not wait for a frame. */
  restyle(): void {
    this.style = undefined;
    this.drawNow();
    this.summarise();
  }

  /** The cells in view, as fine as they are drawn. */
  data(): FigureData[] {
    if (!this.cells) return [];
    const { rows, columns, query, key, block, largest, sum } = cellsInView(this.cells, this.range, this.view);
    const from = (start: number, size: number) => Array.from({ length: size }, (_, i) => String(start + i * block));
    const axes = [
      { name: "query", size: rows, labels: from(query, rows) },
      { name: "key", size: columns, labels: from(key, columns) },
    ];
    const what = block === 1 ? "weights" : `largest weight of ${block} × ${block}`;
    const largestCells = { name: what, values: largest, axes };
    return block === 1
      ? [largestCells]
      : [largestCells, { name: `sum of ${block} × ${block} weights`, values: sum, axes }];
  }

  private get extent() {
    return this.map ?? extentOf(this.state);
  }

  private get view(): View {
    return this.navigation.view;
  }

  private get level(): number {
    return this.navigation.level;
  }

  private get range(): TileRange {
    return tilesInView(this.view, this.level, this.extent, this.map?.tileCells ?? 1);
  }

  /** The tiles of the whole map at its own level. */
  private get wholeRange(): TileRange {
    const whole = wholeView(this.extent);
    return tilesInView(whole, levelOf(whole, this.heatmap.width), this.extent, this.map?.tileCells ?? 1);
  }

  private onProgress(): void {
    const { map } = this;
    if (!map) return;
    const waited = performance.now() - this.shownAt;
    if (!this.hasOverview && map.isSampled && (map.isFinelySampled || waited > overviewMilliseconds)) {
      this.hasOverview = true;
      this.want();
    }
    this.events.progress(map.share, map.isSampled);
    this.changed();
  }

  /** Cells or the view have changed. */
  private changed(): void {
    this.draw();
    this.summary ??= setTimeout(() => this.summarise(), summaryMilliseconds);
  }

  /** Asks for the tiles in view; first of all for a sample of the whole, for the minimap and to zoom out to. */
  private want(): void {
    const { map } = this;
    if (!map) return;
    const range = this.hasOverview || isWhole(this.view, this.extent) ? this.range : this.wholeRange;
    const name = Object.values(range).join();
    if (name === this.wanted) return;
    this.wanted = name;
    map.want(range);
    this.events.progress(map.share, map.isSampled);
    this.summary ??= setTimeout(() => this.summarise(), summaryMilliseconds);
  }

  private draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const { cells, map, view } = this;
    const { heatmap, strips } = this.styles();
    this.want();
    if (map) this.progress.show({ share: map.share, sample: map.sampleOf(this.level) });
    if (cells) this.heatmap.draw(cells, this.range, view, heatmap);
    this.heatmap.drawTicks(view);
    this.minimap.frameView(view, this.extent);
    if (cells) this.strips.draw(view, strips);
    this.progress.showCell(2 ** this.level, this.state.reduce);
    this.read(false);
  }

  /** Everything that passes over all cells in view, or over the whole map. */
  private summarise(): void {
    clearTimeout(this.summary);
    this.summary = undefined;
    const { cells, map, state } = this;
    const { heatmap } = this.styles();
    const block = 2 ** this.level;
    const { from, to } = longScale(state.scale, state.reduce, this.extent.keys, block);
    const what = block === 1 ? "weight" : state.reduce === "sum" ? "sum of weights" : "largest weight";
    const hue = [this.hue];
    this.scaleBar.show(
      to,
      heatmap.paper,
      hue,
      `${what}, ${state.scale}${from > 0 ? `, less is drawn as ${short(from)}` : ""}`,
      from,
    );
    if (!cells || !map) return;
    this.showMargins();
    this.askMargins(map, cells).catch((error) => map === this.map && map.onError(error));
    this.minimap.draw(cells, this.wholeRange, heatmap);
  }

  /** The strips follow what the cells add up to, unless newer cells already did. */
  private async askMargins(map: LongMap, cells: Readable): Promise<void> {
    const asked = ++this.marginsAsked;
    const grid = cellsInView(cells, this.range, this.view);
    const margins = await map.margins(knownCells(cells, grid, map.entropy));
    if (map !== this.map || asked < this.marginsShown) return;
    this.marginsShown = asked;
    this.margins = { ...margins, grid };
    this.showMargins();
  }

  private showMargins(): void {
    const { margins, map } = this;
    if (!margins || !map) return;
    const { strips } = this.styles();
    const most = this.strips.take(margins, strips);
    this.stripNote.textContent = `Above, what each key receives from the queries in view (${this.state.scale}, up to ${short(most)}). On the right, the share that each query gives to the keys in view (0 to 1), and its entropy (0 to ln ${count(map.keys)} = ${strips.mostEntropy.toFixed(2)} nats).`;
    this.mostEntropy.textContent = strips.mostEntropy.toFixed(1);
    this.strips.draw(this.view, strips);
  }

  private styles() {
    if (this.style) return this.style;
    const { paper, ink, maps } = readPalette(getComputedStyle(this.element));
    this.hue = maps[0] ?? ink;
    const { reduce, scale } = this.state;
    const nan = pixel(fromOklab(toOklab(ink)));
    this.style = {
      heatmap: { reduce, scale, paper, ink, nan, ramp: ramp(paper, this.hue) },
      strips: { hue: this.hue, scale, mostEntropy: Math.log(this.extent.keys) },
    };
    return this.style;
  }

  /** Another width is given. */
  resize(): void {
    this.wanted = "";
    this.heatmap.measure();
    this.strips.measure();
    this.scaleBar.resize();
    this.drawNow();
    this.summarise();
  }

  private read(aloud: boolean): void {
    const position = this.navigation.place;
    const side = 2 ** this.level;
    const corner = (at: number) => Math.floor(at / side) * side;
    const block = position && { query: corner(position.query), key: corner(position.key), side };
    this.heatmap.mark(block, this.view);
    this.element.classList.toggle("locked", this.navigation.locked !== null);
    const reading = position && this.cells ? readCell(this.cells, this.level, position, this.state.reduce) : null;
    const text = `${reading?.sentence.join("")} ${reading?.exact}`;
    if (text === this.readText) return;
    this.readText = text;
    this.readout.show(reading, this.hue, aloud);
  }
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = el("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}
