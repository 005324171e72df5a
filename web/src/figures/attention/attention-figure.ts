/** One map of many, large, beside all of them to choose from; entropy below. Knows no engine and no files. */

import { type ColorScale, logFloor, scaledWeights } from "../../charts/color/color-scale";
import { type Palette, readPalette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { EntropyChart } from "../../charts/curves/entropy-chart";
import { exact, reading, statistic4 } from "../../charts/format";
import { Heatmap, type TickNames } from "../../charts/heatmap/heatmap";
import type { DescribedMap } from "../../compute/client";
import { el } from "../../controls/el";
import { DataDetails } from "../../figure/data-details";
import { AttentionGrid } from "../../figure/maps/attention-grid";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { hueOf, nameOf } from "../../figure/maps/head-name";
import { mapBody } from "../../figure/maps/map-body";
import { strongestCell } from "../../figure/maps/strongest-cell";
import { byNumber, read } from "../../figure/reading";
import { Readout } from "../../figure/readout";
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import type { AttentionState } from "./attention-state";

const hint = "Point at a cell to read it. Click to keep it. The arrow keys move over the map.";
/** Lines of entropy that can be told apart in one chart. */
const mostLines = 16;
/** How far a row may be from a sum of 1: float16 carries three decimals. */
const sumTolerance = 2e-3;

/** What is drawn: the maps of all layers, each with as many heads. */
export interface AttentionMaps {
  readonly maps: readonly DescribedMap[];
  readonly layers: number;
  readonly heads: number;
  readonly names: TickNames | null;
}

/** The part of the state that needs nothing computed anew. */
export type Viewed = Pick<AttentionState, "layer" | "head" | "cell" | "colours">;

export class AttentionFigure {
  readonly element = el("div", { class: "picture attention" });
  private readonly heatmap: Heatmap;
  private readonly grid: AttentionGrid;
  private readonly entropy: EntropyChart;
  private readonly scale = new ScaleBar();
  private readonly title = el("span", { class: "title" });
  private readonly mean = el("span", { class: "mean" });
  private readonly facts = el("p", { class: "note" });
  private readonly readout = new Readout(hint);
  private readonly details = new DataDetails("Your own numbers");
  private readonly focus = new Focus();
  private palette: Palette | undefined;
  private shown: AttentionMaps | null = null;
  private chosen = 0;
  private tone: ColorScale = "linear";
  /** The lock that the state has. */
  private told: Place | null = null;

  /** `changed`: the reader chose another map, or locked or released a cell. */
  constructor(private readonly changed: () => void) {
    const mark = () => {
      this.mark();
      if (this.told === this.focus.locked) return;
      this.told = this.focus.locked;
      this.changed();
    };
    this.heatmap = new Heatmap("Attention weights", { ticks: true }, focusEvents(this.focus, 0, mark));
    this.entropy = new EntropyChart(focusEvents(this.focus, 0, mark, false));
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
    this.element.append(
      el("div", { class: "single" }, figure, this.scale.element, this.readout.element),
      el("div", { class: "many" }, this.grid.element),
      el("figure", entropy, this.entropy.element),
      el("div", { class: "numbers" }, this.facts),
      el("div", { class: "caption" }, el("slot", { name: "caption" })),
      this.details.element,
    );
    this.element.hidden = true;
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  /**
   * Draws maps, the chosen one of them large, with a cell locked. What is not among them is left out. Where the reader points,
   * or has walked to, stays in focus.
   */
  show(maps: AttentionMaps, { layer, head, cell, colours }: Viewed): void {
    this.shown = maps;
    this.tone = colours;
    this.element.hidden = false;
    this.heatmap.nameTicks(maps.names);
    this.grid.show(maps, this.colors, this.tone);
    this.chosen = layer <= maps.layers && head <= maps.heads ? (layer - 1) * maps.heads + head - 1 : 0;
    const map = maps.maps[this.chosen];
    this.focus.locked = cell && { ...cell, map: 0 };
    if (map) this.focus.keepInside(map);
    this.told = this.focus.locked;
    this.rest();
    this.draw();
    this.details.show(() => this.data());
  }

  /** What the reader looks at. */
  get viewed(): Viewed {
    const { shown, chosen, focus, tone } = this;
    const heads = shown?.heads ?? 1;
    const { locked } = focus;
    const cell = locked && { query: locked.query, key: locked.key };
    return { layer: Math.floor(chosen / heads) + 1, head: (chosen % heads) + 1, cell, colours: tone };
  }

  setTone(tone: ColorScale): void {
    this.tone = tone;
    this.restyle();
  }

  /** Draws what is there again, in the present theme. */
  restyle(): void {
    this.palette = undefined;
    if (!this.shown) return;
    this.grid.show(this.shown, this.colors, this.tone);
    this.draw();
  }

  private get colors(): Palette {
    this.palette ??= readPalette(getComputedStyle(this.element));
    return this.palette;
  }

  private choose(map: number): void {
    if (!this.shown?.maps[map]) return;
    this.chosen = map;
    this.focus.release();
    this.told = null;
    this.rest();
    this.draw();
  }

  private rest(): void {
    const map = this.shown?.maps[this.chosen];
    this.focus.resting = (map && strongestCell(map)) ?? { query: 0, key: 0, map: 0 };
  }

  private draw(): void {
    const { shown, tone, colors } = this;
    const map = shown?.maps[this.chosen];
    if (!shown || !map) return;
    const { paper, ink } = colors;
    const hue = hueOf(colors, this.chosen % shown.heads);
    this.heatmap.measure();
    this.heatmap.show(scaledWeights(map, tone, map.maxWeight), { paper, ink, hue, max: 1 });
    const [max, from] =
      tone === "row maximum" ? [1, 0] : [map.maxWeight, tone === "log" ? map.maxWeight * logFloor : 0];
    this.scale.show(max, paper, [hue], captions[tone], from);
    this.title.textContent = nameOf(shown, this.chosen);
    this.title.style.color = hue;
    this.mean.textContent = `mean entropy ${map.meanEntropy.toFixed(2)} nats`;
    this.drawEntropy(shown, map);
    this.facts.textContent = `${nameOf(shown, this.chosen)}: largest weight ${reading(map.maxWeight)}, smallest ${reading(map.minWeight)}, mean entropy ${statistic4(map.meanEntropy)} nats. ${sumsInWords(map)}`;
    this.grid.mark(this.chosen);
    this.mark();
  }

  /** A line for each head of the layer, or for the chosen one where there are too many to tell apart. */
  private drawEntropy({ maps, heads }: AttentionMaps, { visibleKeys, largestEntropy }: DescribedMap): void {
    const head = this.chosen % heads;
    const drawn = heads > mostLines ? [head] : Array.from({ length: heads }, (_, i) => i);
    const lines = drawn.flatMap((i) => {
      const map = maps[this.chosen - head + i];
      return map ? [{ map: i + 1, entropy: map.entropy }] : [];
    });
    const hues = Array.from({ length: heads + 1 }, (_, i) => hueOf(this.colors, Math.max(0, i - 1)));
    this.entropy.show({ lines, visibleKeys, largestEntropy }, { ...this.colors, maps: hues });
  }

  /** All maps, not the chosen one only. */
  data(): FigureData[] {
    if (!this.shown) return [];
    const { maps, layers, heads, names } = this.shown;
    const list = (name: (index: number) => string, size: number) => Array.from({ length: size }, (_, i) => name(i));
    const count = (name: string, size: number) => ({ name, size, labels: list((i) => String(i + 1), size) });
    const [first] = maps;
    const labels =
      names && first ? { query: list(names.query, first.queries), key: list(names.key, first.keys) } : undefined;
    const outer = [count("layer", layers), count("head", heads)];
    const ofEach = (name: string, value: (map: DescribedMap) => number) => ({
      name,
      values: Float32Array.from(maps, value),
      axes: outer,
    });
    return [
      ofEach("mean entropy in nats", (map) => map.meanEntropy),
      ofEach("largest weight", (map) => map.maxWeight),
      ofEach("smallest weight", (map) => map.minWeight),
      ...dataOfMaps(maps, outer, labels),
    ];
  }

  /** "Layer 1, head 2" */
  get chosenName(): string {
    return this.shown ? nameOf(this.shown, this.chosen) : "";
  }

  private resize(): void {
    this.heatmap.measure();
    this.heatmap.resize();
    this.entropy.resize();
    this.scale.resize();
  }

  private mark(): void {
    const { shown, focus } = this;
    const map = shown?.maps[this.chosen];
    if (!shown || !map) return;
    const { place } = focus;
    this.heatmap.mark(place);
    this.entropy.mark(place && { ...place, map: (this.chosen % shown.heads) + 1 });
    this.element.classList.toggle("locked", focus.locked !== null);
    const text = place && read(map, place, shown.names ? inFull(shown.names) : byNumber);
    this.readout.show(text, hueOf(this.colors, this.chosen % shown.heads), Boolean(focus.preview ?? focus.locked));
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

/** Rows of weights that do not add up to 1 are no softmax: it is said. */
export function sumsInWords({ sums }: Pick<DescribedMap, "sums">): string {
  const worst = sums.reduce((most, sum, i) => (Math.abs(sum - 1) > Math.abs((sums[most] ?? 1) - 1) ? i : most), 0);
  const off = sums[worst] ?? 1;
  return Math.abs(off - 1) <= sumTolerance
    ? "The sum of every row is 1."
    : `Not every row has the sum 1: the sum of query ${worst} is ${exact(off)}. The entropy is that of the numbers as they are.`;
}
