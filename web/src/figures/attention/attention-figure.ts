/** One map of many, large, beside all of them to choose from; entropy below. Knows no engine and no files. */

import { type ColorScale, logFloor, scaledWeights } from "../../charts/color/color-scale";
import type { Palette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import type { EntropyChart } from "../../charts/curves/entropy-chart";
import { reading, statistic4 } from "../../charts/format";
import { Heatmap, type TickNames } from "../../charts/heatmap/heatmap";
import type { DescribedMap } from "../../compute/client";
import { el } from "../../controls/el";
import { AttentionGrid } from "../../figure/maps/attention-grid";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { hueOf, nameOf } from "../../figure/maps/head-name";
import { mapBody } from "../../figure/maps/map-body";
import { strongestCell } from "../../figure/maps/strongest-cell";
import type { LayerEntropy } from "../../figure/own/layer-entropy";
import type { LayerEntropyFigure } from "../../figure/own/layer-entropy-figure";
import type { CombinedMap, MapCollection } from "../../figure/own/map-collection";
import { byNumber, read } from "../../figure/reading";
import type { Readout } from "../../figure/readout";
import type { FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import type { AttentionState } from "./attention-state";

/** Lines of entropy that can be told apart in one chart. */
const mostLines = 16;
/** The part of the state that needs nothing computed anew. */
export type Viewed = Pick<AttentionState, "layer" | "head" | "cell">;

/** Parts of the element, which have their places in the drawing. */
export interface FigureParts {
  readonly drawing: HTMLElement;
  readonly readout: Readout;
  readonly caption: HTMLElement;
  readonly details: { readonly element: HTMLElement };
  readonly entropy: typeof EntropyChart;
}

export class AttentionFigure {
  readonly readout: Readout;
  readonly details: FigureParts["details"];
  private readonly drawing: HTMLElement;
  private readonly heatmap: Heatmap;
  private readonly grid: AttentionGrid;
  private readonly entropy: EntropyChart;
  private readonly scale = new ScaleBar();
  private readonly title = el("span", { class: "title" });
  private readonly mean = el("span", { class: "mean" });
  private readonly facts = el("p", { class: "note" });
  /** There once there were several layers. */
  private layers: LayerEntropyFigure | undefined;
  private readonly focus = new Focus();
  private shown: MapCollection | null = null;
  /** The map that is drawn large: the chosen one, once it is there. */
  private large: DescribedMap | null = null;
  /** What is drawn in place of the chosen map. */
  private combined: CombinedMap | null = null;
  private chosen = 0;
  private tone: ColorScale = "linear";
  /** The lock that the state has. */
  private told: Place | null = null;

  /** `changed`: the reader chose another map, or locked or released a cell. */
  constructor(
    { drawing, readout, caption, details, entropy: Entropy }: FigureParts,
    private readonly palette: () => Palette,
    readonly changed: () => void,
  ) {
    this.drawing = drawing;
    this.readout = readout;
    this.details = details;
    const mark = () => {
      this.mark();
      if (this.told === this.focus.locked) return;
      this.told = this.focus.locked;
      this.changed();
    };
    this.heatmap = new Heatmap("Attention weights", { ticks: true }, focusEvents(this.focus, 0, mark));
    this.entropy = new Entropy(focusEvents(this.focus, 0, mark, false));
    this.grid = new AttentionGrid((map) => {
      this.choose(map);
      this.changed();
    });
    const figure = el(
      "figure",
      { class: "map", part: "map", "aria-label": "The chosen head" },
      el("div", { class: "map-head" }, this.title, this.mean),
      mapBody(this.heatmap.element),
    );
    const entropy = { class: "entropy", part: "entropy", "aria-label": "Entropy of each query" };
    drawing.classList.add("picture", "attention");
    drawing.append(
      el("div", { class: "single" }, figure, this.scale.element, readout.element),
      el("div", { class: "many" }, this.grid.element),
      el("figure", entropy, this.entropy.element),
      el("div", { class: "numbers" }, this.facts),
      caption,
      details.element,
    );
  }

  /**
   * Draws the chosen map, which is there, with a cell locked, and what is there of the others. What is not among them is left out.
   * Where the reader points, or has walked to, stays in focus.
   */
  show(maps: MapCollection, { layer, head, cell, colours }: AttentionState, combined: CombinedMap | null): void {
    this.shown = maps;
    this.combined = combined;
    this.tone = colours;
    this.layers?.redraw();
    this.heatmap.nameTicks(maps.shape.names);
    this.showGrid();
    this.chosen = maps.placeOf({ layer, head });
    this.focus.locked = cell && { ...cell, map: 0 };
    this.told = this.focus.locked;
    if (combined) this.enlarge(combined.map);
    else this.enlargeChosen();
  }

  /** Another map than the chosen one has come. */
  added(map: number): void {
    if (!this.shown) return;
    const small = this.shown.summaries[map]?.small;
    if (small) this.grid.paint(map, small, this.colors, this.tone);
  }

  /** All maps have come, and the entropy by layer where there are several. */
  complete(entropy: LayerEntropy | null, Layers?: typeof LayerEntropyFigure): void {
    const { shown, large } = this;
    if (!shown || !large) return;
    if (entropy && Layers) this.layers ??= Layers.of(this);
    this.layers?.show(entropy, (head) => hueOf(this.colors, head));
    this.drawEntropy(shown, large);
    this.sayFacts(shown, large);
    this.mark();
  }

  /** What the reader looks at. */
  get viewed(): Viewed {
    const { shown, chosen, focus } = this;
    const heads = shown?.shape.heads ?? 1;
    const { locked } = focus;
    const cell = locked && { query: locked.query, key: locked.key };
    return { layer: Math.floor(chosen / heads) + 1, head: (chosen % heads) + 1, cell };
  }

  private showGrid(): void {
    if (!this.shown) return;
    const { summaries, shape } = this.shown;
    const maps = summaries.map((summary) => summary?.small);
    this.grid.show({ maps, layers: shape.layers, heads: shape.heads }, this.colors, this.tone);
  }

  get colors(): Palette {
    return this.palette();
  }

  choose(map: number): void {
    const { shown } = this;
    if (!shown || map >= shown.count) return;
    this.chosen = map;
    this.combined = null;
    this.focus.release();
    this.told = null;
    this.grid.mark(map);
    this.enlargeChosen();
  }

  /** Once it is there. */
  private enlargeChosen(): void {
    const { shown, chosen } = this;
    const there = shown?.has(chosen);
    if (there) this.enlarge(there);
    else
      void shown?.map(chosen).then(
        (map) => {
          if (this.shown === shown && this.chosen === chosen && !this.combined) this.enlarge(map);
        },
        // What fails here has failed for the whole file, and was said.
        () => {},
      );
  }

  private enlarge(map: DescribedMap): void {
    this.large = map;
    this.focus.keepInside(map);
    this.told = this.focus.locked;
    this.focus.resting = strongestCell(map) ?? { query: 0, key: 0, map: 0 };
    this.draw();
  }

  private draw(): void {
    const { shown, tone, colors, large: map } = this;
    if (!shown || !map) return;
    const { paper, ink } = colors;
    const hue = hueOf(colors, this.chosen % shown.shape.heads);
    // Numbers that are no weights, infinities among them, have no place on a scale.
    const largest = Number.isFinite(map.maxWeight) ? Math.max(0, map.maxWeight) : 1;
    this.heatmap.measure();
    const difference = this.combined?.difference;
    if (difference) {
      const { cells, ramp, most, caption } = difference.drawn(colors);
      this.heatmap.show(cells, { paper, ink, hue, max: 1, ramp });
      this.scale.showDiverging(most, ramp, caption);
    } else {
      this.heatmap.show(scaledWeights(map, tone, largest), { paper, ink, hue, max: 1 });
      const [max, from] = tone === "row maximum" ? [1, 0] : [largest, tone === "log" ? largest * logFloor : 0];
      this.scale.show(max, paper, [hue], captions[tone], from);
    }
    this.title.textContent = this.combined?.title ?? this.chosenName;
    this.title.style.color = hue;
    this.mean.textContent = `mean entropy ${map.meanEntropy.toFixed(2)} nats`;
    this.drawEntropy(shown, map);
    this.sayFacts(shown, map);
    this.grid.mark(this.chosen);
    this.mark();
  }

  private sayFacts(shown: MapCollection, map: DescribedMap): void {
    const name = this.combined && !this.combined.difference ? this.combined.title : this.chosenName;
    const numbers = `largest weight ${reading(map.maxWeight)}, smallest ${reading(map.minWeight)}, mean entropy ${statistic4(map.meanEntropy)} nats`;
    this.facts.textContent = `${name}: ${numbers}. ${shown.facts(this.chosen, map)}`;
  }

  /** A line for each head of the layer, or for the chosen one where there are too many to tell apart. */
  private drawEntropy({ summaries, shape }: MapCollection, { visibleKeys, largestEntropy }: DescribedMap): void {
    const { heads } = shape;
    const head = this.chosen % heads;
    const drawn = heads > mostLines ? [head] : Array.from({ length: heads }, (_, i) => i);
    const lines = drawn.flatMap((i) => {
      const summary = summaries[this.chosen - head + i];
      return summary ? [{ map: i + 1, entropy: summary.entropy }] : [];
    });
    const hues = Array.from({ length: heads + 1 }, (_, i) => hueOf(this.colors, Math.max(0, i - 1)));
    this.entropy.show({ lines, visibleKeys, largestEntropy }, { ...this.colors, maps: hues });
  }

  data(): FigureData[] {
    return [...(this.shown?.data(this.chosen, this.combined) ?? []), ...(this.layers?.data() ?? [])];
  }

  /** "Layer 1, head 2" */
  get chosenName(): string {
    return this.shown ? nameOf(this.shown.shape, this.chosen) : "";
  }

  resize(): void {
    this.heatmap.measure();
    this.heatmap.resize();
    this.entropy.resize();
    this.scale.resize();
  }

  mark(): void {
    const { shown, focus, large: map } = this;
    if (!shown || !map) return;
    const { heads, names } = shown.shape;
    const { place } = focus;
    this.heatmap.mark(place);
    this.entropy.mark(place && { ...place, map: (this.chosen % heads) + 1 });
    this.drawing.classList.toggle("locked", focus.locked !== null);
    const inWords = names ? inFull(names) : byNumber;
    const text = place && (this.combined?.difference?.read(place, inWords) ?? read(map, place, inWords));
    this.readout.show(text, hueOf(this.colors, this.chosen % heads), Boolean(focus.preview ?? focus.locked));
  }
}

const captions: Readonly<Record<ColorScale, string>> = {
  linear: "weight, linear",
  log: "weight, logarithmic",
  "row maximum": "share of the largest weight in the row, linear",
};

const inFull = ({ query, key }: TickNames): TickNames => ({
  query: (index) => `${index} “${query(index)}”`,
  key: (index) => `${index} “${key(index)}”`,
});
