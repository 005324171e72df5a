/** The picture: maps, entropy, statistics and weights, linked by one place in focus. Knows no engine and no URL. */
import { EntropyChart } from "../charts/entropy-chart";
import { Heatmap } from "../charts/heatmap";
import { mapName, type Palette, readPalette } from "../charts/palette";
import { ScaleBar } from "../charts/scale-bar";
import { drawStatistics, drawWeights } from "../charts/tables";
import type { HeadMap, NotebookResult } from "../engine/client";
import { type NotebookState, type Place, samePlace } from "../state/notebook-state";
import { el } from "./el";
import { read, writeEmphasised } from "./reading";
import { restingPlace } from "./resting-place";

export interface FigureEvents {
  /** The reader locked a place, moved the lock, or released it (null). */
  readonly lock: (place: Place | null) => void;
  /** The place in focus changed, by pointing, locking or otherwise. */
  readonly focus: (place: Place | null) => void;
}

const hint = "Point at a cell to read it, click to keep it; with the arrow keys you can walk over the map.";

export class NotebookFigure {
  readonly element = el("div", { class: "picture" });
  private readonly reading = el("p", { class: "reading", id: "reading", part: "reading" });
  private readonly exact = el("p", { class: "exact" });
  private readonly spoken = el("p", { class: "visually-hidden", role: "status" });
  private readonly singleScale = new ScaleBar();
  private readonly headScale = new ScaleBar();
  private readonly headGrid = el("div", { class: "heads" });
  private readonly statistics = el("table", { class: "statistics" }, el("caption", {}, "Statistics of each map"));
  private readonly bounds = el("p", { class: "note" });
  private readonly weights = el("table", { class: "weights" });
  private readonly details = el(
    "details",
    { class: "all-weights" },
    el("summary"),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Weights as a table" }, this.weights),
  );
  private readonly panels: Panel[] = [];
  private readonly entropy: EntropyChart;
  private single: HeadMap | null = null;
  private heads: readonly HeadMap[] = [];
  private palette: Palette | undefined;
  private preview: Place | null = null;
  private locked: Place | null = null;
  private resting: Place | null = null;
  private shown: Place | null = null;
  private speaking: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;

  constructor(private readonly events: FigureEvents) {
    const single = this.addPanel(0);
    this.entropy = new EntropyChart({
      preview: (place) => this.setPreview(place),
      toggle: (place) => this.toggle(place),
      toggleCurrent: () => this.shown && this.toggle({ ...this.shown, key: null }),
      release: () => this.release(),
      move: (next) => this.move(next, this.shown?.map ?? 0, false),
    });
    this.element.append(
      el(
        "div",
        { class: "single" },
        single.element,
        this.singleScale.element,
        el("div", { class: "readout" }, this.reading, this.exact, this.spoken),
      ),
      el("div", { class: "many" }, this.headGrid, this.headScale.element),
      el("figure", { class: "entropy", "aria-label": "Entropy of each query", part: "entropy" }, this.entropy.element),
      el("div", { class: "numbers", part: "statistics" }, this.statistics, this.bounds),
      this.details,
      el("div", { class: "caption" }, el("slot", { name: "caption" })),
    );
    this.details.addEventListener("toggle", () => this.drawWeights());
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.element);
  }

  /** Makes room for the panels of a state before their numbers are there. */
  reserve(state: NotebookState): void {
    while (this.panels.length <= state.heads) {
      const panel = this.addPanel(this.panels.length);
      this.headGrid.append(panel.element);
    }
    this.panels.forEach((panel, map) => {
      panel.element.hidden = map > state.heads;
      panel.title.style.color = this.colors.maps[map] ?? "";
    });
    this.headGrid.style.setProperty("--columns", String(Math.ceil(Math.sqrt(state.heads))));
    if (this.heads.length !== state.heads) {
      this.entropy.reserve(state.heads + 1);
      drawStatistics(this.statistics, [null, ...Array<null>(state.heads).fill(null)], this.colors.maps);
    }
  }

  /** The single head is ready before the others: draw it alone. */
  showSingle(map: HeadMap, settle: boolean): void {
    this.single = map;
    this.resting = restingPlace(map);
    this.drawSingle(settle);
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
  restyle(state: NotebookState): void {
    this.palette = undefined;
    this.reserve(state);
    this.drawSingle(false);
    if (this.single && this.heads.length > 0) this.drawHeads(this.single, false);
    this.update();
  }

  lock(place: Place | null): void {
    if (samePlace(place, this.locked)) return;
    this.locked = place;
    this.update();
  }

  private addPanel(map: number): Panel {
    const at = (place: { query: number; key: number | null } | null) => (place ? { ...place, map } : null);
    const heatmap = new Heatmap(
      map === 0 ? "Attention weights of one head over whole tokens" : `Attention weights of head ${map}`,
      { ticks: map === 0 },
      {
        preview: (place) => this.setPreview(at(place)),
        toggle: (place) => this.toggle({ ...place, map }),
        toggleCurrent: () => this.shown && this.toggle({ ...this.shown, key: this.shown.key ?? 0, map }),
        release: () => this.release(),
        move: (next) => this.move(next, map, true),
      },
    );
    const title = el("span", { class: "title" }, mapName(map));
    const entropy = el("span", { class: "mean" });
    const axes =
      map === 0
        ? [
            el("span", { class: "axis key" }, "key (is looked at)"),
            el("span", { class: "axis query" }, "query (looks)"),
          ]
        : [];
    const body = el("div", { class: "map-body" }, heatmap.element, ...axes);
    const part = map === 0 ? "map single" : "map head";
    const head = el("div", { class: "map-head" }, title, entropy);
    const element = el("figure", { class: "map", part, "aria-label": mapName(map) }, head, body);
    const panel = { element, heatmap, title, entropy };
    this.panels[map] = panel;
    return panel;
  }

  private get colors(): Palette {
    this.palette ??= readPalette(getComputedStyle(this.element));
    return this.palette;
  }

  private drawSingle(settle: boolean): void {
    const [panel] = this.panels;
    if (!this.single || !panel) return;
    this.drawMap(panel, this.single, 0, this.single.maxWeight, settle);
    const hue = this.colors.maps[0] ?? "";
    this.singleScale.show(
      this.single.maxWeight,
      this.colors.paper,
      [hue],
      scaleCaption("weight, linear", panel.heatmap.reduction),
    );
  }

  private drawHeads(single: HeadMap, settle: boolean): void {
    const { colors, heads } = this;
    const max = heads.reduce((most, map) => Math.max(most, map.maxWeight), 0);
    heads.forEach((map, i) => {
      const panel = this.panels[i + 1];
      if (panel) this.drawMap(panel, map, i + 1, max, settle);
    });
    const caption =
      heads.length > 1
        ? "weight, linear, the same for all heads · rows query, columns key"
        : "weight, linear · rows query, columns key";
    this.headScale.show(
      max,
      colors.paper,
      colors.maps.slice(1, heads.length + 1),
      scaleCaption(caption, this.panels[1]?.heatmap.reduction ?? 1),
    );
    const lines = [single, ...heads].map(({ entropy }, map) => ({ map, entropy }));
    this.entropy.show({ lines, visibleKeys: single.visibleKeys }, colors, settle);
    drawStatistics(this.statistics, [single, ...heads], colors.maps);
    const visible = single.visibleKeys.reduce((a, b) => Math.max(a, b), 0);
    this.bounds.textContent = `Entropy in nats. Maximum entropy ln ${visible} = ${Math.log(visible).toFixed(4)}, minimum 0.`;
  }

  private drawMap(panel: Panel, map: HeadMap, index: number, max: number, settle: boolean): void {
    const { colors } = this;
    panel.heatmap.show(
      map,
      { paper: colors.paper, hue: colors.maps[index] ?? colors.ink, ink: colors.ink, max },
      settle,
    );
    panel.entropy.replaceChildren(
      `${index === 0 ? "mean entropy " : ""}${map.meanEntropy.toFixed(2)}`,
      el("span", { class: "unit" }, " nats"),
    );
  }

  private resize(): void {
    for (const { heatmap } of this.panels) heatmap.resize();
    this.entropy.resize();
    this.singleScale.resize();
    this.headScale.resize();
  }

  private setPreview(place: Place | null): void {
    if (samePlace(place, this.preview)) return;
    this.preview = place;
    // Pointer events can come faster than frames.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.update();
    });
  }

  private toggle(place: Place): void {
    this.locked = samePlace(place, this.locked) ? null : place;
    this.preview = place;
    this.update();
    this.events.lock(this.locked);
  }

  private release(): void {
    this.preview = null;
    const had = this.locked;
    this.locked = null;
    this.update();
    if (had) this.events.lock(null);
  }

  /** Walks by keys: moves the lock if there is one, else the preview. */
  private move(
    next: (place: { query: number; key: number }) => { query: number; key: number },
    map: number,
    cell: boolean,
  ): void {
    const from = this.locked ?? this.preview ?? this.resting ?? { query: 0, key: 0, map };
    const to = next({ query: from.query, key: from.key ?? 0 });
    const place = { query: to.query, key: cell ? to.key : null, map };
    this.preview = place;
    if (this.locked) {
      this.locked = place;
      this.events.lock(place);
    }
    this.update();
  }

  /** Marks the place in focus everywhere and reads it. A lock holds against hovering. */
  private update(): void {
    const place = this.locked ?? this.preview ?? this.resting;
    const map = place && this.mapAt(place.map);
    const inside = place && map && place.query < map.queries ? place : null;
    for (const { heatmap } of this.panels) heatmap.mark(inside);
    this.entropy.mark(inside);
    this.element.classList.toggle("locked", this.locked !== null);
    this.readout(inside, map);
    if (!samePlace(inside, this.shown)) {
      this.shown = inside;
      this.events.focus(inside);
    }
    if (this.details.open || !this.weights.hasChildNodes() || this.small) this.drawWeights();
  }

  private get small(): boolean {
    return (this.single?.queries ?? 0) <= 16;
  }

  private readout(place: Place | null, map: HeadMap | null | undefined): void {
    const { sentence, exact } = place && map ? read(map, place) : { sentence: [hint], exact: "" };
    writeEmphasised(this.reading, sentence);
    this.exact.textContent = exact;
    this.reading.style.borderColor = place ? (this.colors.maps[place.map] ?? "") : "";
    clearTimeout(this.speaking);
    // A screen reader hears where the focus came to rest, not everything that it passed.
    if (this.preview || this.locked) {
      this.speaking = setTimeout(() => {
        this.spoken.textContent = sentence.join("");
      }, 300);
    }
  }

  private drawWeights(): void {
    const place = this.shown ?? this.resting ?? { query: 0, key: 0, map: 0 };
    const map = this.mapAt(place.map);
    if (!map) return;
    const name = place.map === 0 ? "the single head" : `head ${place.map}`;
    const summary = this.details.querySelector("summary");
    if (summary) summary.textContent = `The weights of ${name} as a table, to 3 decimals`;
    drawWeights(this.weights, map, name, { query: place.query, key: place.key ?? place.query });
  }

  private mapAt(map: number): HeadMap | null {
    return (map === 0 ? this.single : this.heads[map - 1]) ?? null;
  }
}

interface Panel {
  readonly element: HTMLElement;
  readonly heatmap: Heatmap;
  readonly title: HTMLElement;
  readonly entropy: HTMLElement;
}

const scaleCaption = (caption: string, reduction: number) =>
  reduction > 1 ? `${caption} · each pixel the largest of ${reduction} × ${reduction} weights` : caption;
