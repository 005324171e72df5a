/**
 * <heed-word-order>: what the order of words means to attention. The example sentence in any order, its weights, what positions
 * add to its logits, and how each word's output changes. Attributes: positions, order, seed.
 */
import { divergingRamp, divergingShare } from "../../charts/color/diverging";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap, type TickNames } from "../../charts/heatmap/heatmap";
import type { Cells } from "../../charts/heatmap/raster";
import { engine } from "../../compute/client";
import type { WordOrder } from "../../compute/lab";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { exampleSentence } from "../../model/example-sentence";
import type { FigureData } from "../../model/figure-data";
import { drawChanges } from "./output-changes";
import css from "./word-order.css?inline";
import { read, wordAt } from "./word-order-reading";
import { type WordOrderState, wordOrderSettings } from "./word-order-state";
import { WordRow } from "./word-row";

const sheet = sheetOf(css);
const size = exampleSentence.length;
/** What positions add to logits is drawn in full colour from here on. */
const mostEffect = 3;
/** An equal or repeated word: the number of the first one that is the same. */
const kinds = exampleSentence.map((word) => (exampleSentence as readonly string[]).indexOf(word));
/** The components of a word's vector; a resting place that says something of both maps. */
const dim = 16;

export class HeedWordOrder extends FigureElement<WordOrderState, WordOrder> {
  static readonly observedAttributes = attributesOf(wordOrderSettings);
  private readonly places = new Focus();
  private readonly row: WordRow;
  private readonly weights: Heatmap;
  private readonly effect: Heatmap;
  private readonly weightScale = new ScaleBar();
  private readonly effectScale = new ScaleBar();
  private readonly changes = el("table", { class: "changes" });
  private drawn: { readonly result: WordOrder; readonly state: WordOrderState } | null = null;

  constructor() {
    super({
      settings: wordOrderSettings,
      label: "The order of words",
      hint: "Change the order of the words, then choose how attention is told their positions.",
      sheet,
    });
    this.row = new WordRow((order) => this.change({ order }, true));
    const events = focusEvents(this.places, 0, () => this.mark(true));
    this.weights = new Heatmap("Weights, by position", { ticks: true }, events);
    this.effect = new Heatmap(
      "What positions add to the logits",
      { ticks: true, description: "map of a difference" },
      events,
    );
    this.places.resting = { query: size - 1, key: 0, map: 0 };
    const panel = (part: string, title: string, ...body: readonly Node[]) =>
      el("figure", { class: `panel part part-${part}` }, el("p", { class: "title" }, title), ...body);
    this.drawing.append(
      this.row.element,
      el(
        "div",
        { class: "order-panels" },
        panel("weights", "Weights", mapBody(this.weights.element), this.weightScale.element),
        panel("effect", "What positions add to the logits", mapBody(this.effect.element), this.effectScale.element),
        panel("change", "Outputs", this.changes),
      ),
    );
  }

  protected compute({ order, positions, seed }: WordOrderState, signal: AbortSignal): Promise<WordOrder> {
    return engine.lab("wordOrder", { kinds, order: [...order], dim, seed, positions }, signal);
  }

  protected provenance({ seed }: WordOrderState): string {
    return `random vectors of ${dim} components, seed ${seed}`;
  }

  protected draw(result: WordOrder, state: WordOrderState, isNew: boolean): void {
    const changed = isNew && this.drawn !== null;
    this.drawn = { result, state };
    const { paper, ink, maps } = this.colors;
    const hue = maps[0] ?? ink;
    const names: TickNames = { query: (at) => wordAt(state, at), key: (at) => wordAt(state, at) };
    const ramp = divergingRamp(paper, maps[1] ?? ink, maps[2] ?? ink);
    this.row.show(state.order);
    for (const map of [this.weights, this.effect]) {
      map.nameTicks(names);
      map.measure();
    }
    this.weights.show(square(result.weights.data), { paper, ink, hue, max: 1 }, changed);
    this.weightScale.show(1, paper, [hue], "weight, linear");
    const shares = result.effect.data.map((value) => divergingShare(value, mostEffect));
    this.effect.show(square(shares), { paper, ink, hue: ink, max: 1, ramp });
    this.effectScale.showDiverging(mostEffect, ramp, "subtracted · added");
    drawChanges(this.changes, state.order, result.change.data, hue);
    this.mark(changed);
  }

  private mark(aloud: boolean): void {
    if (!this.drawn) return;
    const { place } = this.places;
    this.weights.mark(place);
    this.effect.mark(place);
    const { result, state } = this.drawn;
    const at = place ?? { query: size - 1, key: 0 };
    this.readout.show(read(result, state, at.query, at.key ?? at.query), this.colors.ink, aloud);
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { result, state } = this.drawn;
    const labels = state.order.map((_, at) => wordAt(state, at));
    const axes = ["query", "key"].map((name) => ({ name, size, labels }));
    return [
      { name: "logits", values: result.logits.data, axes },
      { name: "weights", values: result.weights.data, axes },
      { name: "what positions add to the logits", values: result.effect.data, axes },
      { name: "change of the output", values: result.change.data, axes: [{ name: "word", size, labels }] },
    ];
  }
}

/** Numbers of queries and keys, all of which are seen. */
const square = (weights: Float32Array): Cells => ({
  queries: size,
  keys: size,
  weights,
  visibleKeys: new Float32Array(size).fill(size),
});
