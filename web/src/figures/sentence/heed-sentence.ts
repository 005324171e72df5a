/**
 * <heed-sentence>: a text of the reader's, as a trained model of this site attends to it: every layer and head small, one of
 * them large, and lines between the tokens, with what the model predicts next.
 * Attributes: model ("stories" or "induction"), text, layer, head, colours, first ("shown" or "left out"), top, tokens,
 * hidden.
 */

import { logFloor, scaledWeights } from "../../charts/color/color-scale";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import type { WeightsView } from "../../compute/maps/weights-view";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { AttentionGrid } from "../../figure/maps/attention-grid";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { hueOf, nameOf } from "../../figure/maps/head-name";
import { mapBody } from "../../figure/maps/map-body";
import { byNumber, type Emphasised } from "../../figure/reading";
import attention from "../../figure/styles/attention.css?inline";
import { type SentenceState, samples, sentenceSettings } from "../../figure/trained/sentence-settings";
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import { AttentionLines } from "./attention-lines";
import sentence from "./sentence.css?inline";
import { SentenceInput } from "./sentence-input";
import { type SentenceInspection, SentenceModel } from "./sentence-model";
import { readTogether, readWord, viewWords } from "./sentence-reading";

const sheet = sheetOf(attention, sentence);

/** What the model does with the text, and the chosen head as the reader wants to look at it. */
export interface SentenceResult {
  readonly sentence: SentenceInspection;
  readonly layer: number;
  readonly head: number;
  readonly view: WeightsView;
  /** The queries whose weights are added up. */
  readonly chosen: readonly number[];
}

export class HeedSentence extends FigureElement<SentenceState, SentenceResult> {
  static readonly observedAttributes = attributesOf(sentenceSettings);

  private readonly model = new SentenceModel();
  private readonly input: SentenceInput;
  private readonly grid: AttentionGrid;
  private readonly heatmap: Heatmap;
  private readonly scale = new ScaleBar();
  private readonly lines: AttentionLines;
  private readonly mapTitle = el("span", { class: "title" });
  private readonly mean = el("span", { class: "mean" });
  private readonly placeFocus = new Focus();
  private shownResult: SentenceResult | null = null;

  constructor() {
    super({
      settings: sentenceSettings,
      label: "Attention of a trained model in your sentence",
      hint: "Write with words that the model knows. Click a predicted word to add it.",
      readingHint: "Click tokens on the left to add their weights, and on the right to hide them from all others.",
      viewSettings: ["colours"],
      sheet,
    });
    this.input = new SentenceInput((text, settled) => this.change({ text, tokens: [], hidden: [] }, settled));
    this.grid = new AttentionGrid((map) => {
      const heads = this.shownResult?.sentence.session.info.heads ?? 1;
      this.change({ layer: Math.floor(map / heads) + 1, head: (map % heads) + 1 }, true);
    });
    const events = focusEvents(this.placeFocus, 0, () => this.mark());
    this.heatmap = new Heatmap("Attention of the chosen head", { ticks: true }, events);
    this.lines = new AttentionLines({
      preview: (query) => events.preview(query === null ? null : { query, key: null }),
      toggle: (query) => this.toggle("tokens", query),
      hide: (key) => this.toggle("hidden", key),
    });
    this.drawing.append(
      this.input.element,
      el("div", { class: "heads-of-all" }, this.grid.element),
      el(
        "div",
        { class: "single" },
        el(
          "figure",
          { class: "map" },
          el("div", { class: "map-head" }, this.mapTitle, this.mean),
          mapBody(this.heatmap.element),
        ),
        this.scale.element,
      ),
      this.lines.element,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.close();
  }

  protected async compute(state: SentenceState): Promise<SentenceResult> {
    const sentence = await this.model.read(state);
    const { info } = sentence.session;
    const layer = Math.min(state.layer, info.layers) - 1;
    const head = Math.min(state.head, info.heads) - 1;
    const map = sentence.inspection.maps[layer]?.[head];
    if (!map) throw new Error(`the model has no head ${head + 1} in layer ${layer + 1}`);
    const queries = state.tokens.filter((token) => token < sentence.tokens.length);
    const request = { map, withoutFirst: state.first !== "shown", share: state.top / 100, queries };
    return { sentence, layer, head, view: await sentence.session.view(request), chosen: queries };
  }

  protected provenance({ model }: SentenceState): string {
    const info = this.shownResult?.sentence.session.info;
    return info
      ? `trained by Heed: ${info.options.task}, ${info.step} steps, seed ${info.options.seed}`
      : `trained: ${model}`;
  }

  protected draw(result: SentenceResult, state: SentenceState, isNew: boolean): void {
    this.shownResult = result;
    const { sentence, layer, head, view } = result;
    const { info } = sentence.session;
    this.input.show(sentence, this.state.text.trim() || samples[this.state.model]);
    const maps = sentence.inspection.maps.flat();
    this.grid.show({ maps, layers: info.layers, heads: info.heads }, this.colors, state.colours);
    const index = layer * info.heads + head;
    this.grid.mark(index);
    const hue = hueOf(this.colors, head);
    const names = { query: (i: number) => sentence.tokens[i] ?? "", key: (i: number) => sentence.tokens[i] ?? "" };
    this.heatmap.nameTicks(names);
    this.heatmap.measure();
    const { paper, ink } = this.colors;
    const most = view.map.maxWeight;
    this.heatmap.show(scaledWeights(view.map, state.colours, most), { paper, ink, hue, max: 1 }, isNew);
    const isRow = state.colours === "row maximum";
    const from = state.colours === "log" ? most * logFloor : 0;
    this.scale.show(isRow ? 1 : most, paper, [hue], viewWords(state), from);
    this.mapTitle.textContent = nameOf(info, index);
    this.mapTitle.style.color = hue;
    this.mean.textContent = `mean entropy ${view.map.meanEntropy.toFixed(2)} nats`;
    this.placeFocus.resting = { query: sentence.tokens.length - 1, key: null, map: 0 };
    this.mark();
  }

  data(): readonly FigureData[] {
    if (!this.shownResult) return [];
    const { session, inspection, tokens } = this.shownResult.sentence;
    const { layers, heads, vocabulary } = session.info;
    const count = (size: number) => Array.from({ length: size }, (_, i) => String(i + 1));
    const outer = [
      { name: "layer", size: layers, labels: count(layers) },
      { name: "head", size: heads, labels: count(heads) },
    ];
    const token = { name: "token", size: tokens.length, labels: tokens };
    const next = { name: "next", size: vocabulary.length, labels: vocabulary };
    return [
      ...dataOfMaps(inspection.maps.flat(), outer, { query: tokens, key: tokens }),
      { name: "probability of the next token", values: inspection.probabilities, axes: [token, next] },
    ];
  }

  private toggle(list: "tokens" | "hidden", token: number): void {
    const count = this.shownResult?.sentence.tokens.length ?? 0;
    const chosen = this.state[list].filter((each) => each < count);
    const next = chosen.includes(token) ? chosen.filter((each) => each !== token) : [...chosen, token];
    this.change({ [list]: next }, true);
  }

  /** Everything that depends on what is pointed at: no numbers are computed for it. */
  private mark(): void {
    const { shownResult, placeFocus: focus } = this;
    if (!shownResult) return;
    const { sentence, head, view, chosen } = shownResult;
    const { queries: count, keys, weights } = view.map;
    const place = focus.place && focus.place.query < count ? focus.place : null;
    const pointed = focus.preview ?? focus.locked;
    // One query at a time, unless the reader chose several: the lines of all together cannot be told apart.
    const one = pointed?.query ?? (chosen.length === 0 ? (place?.query ?? count - 1) : null);
    const queries = one === null ? chosen : [one];
    const hue = hueOf(this.colors, head);
    const received = one === null ? view.received : weights.subarray(one * keys, (one + 1) * keys);
    const { hidden } = this.state;
    this.lines.draw({ tokens: sentence.tokens, weights, chosen: queries, pressed: chosen, hidden, received }, hue);
    this.heatmap.mark(pointed ? place : null);
    this.input.expect(sentence, place?.query ?? sentence.tokens.length - 1);
    const spoken: { sentence: Emphasised; exact: string } =
      !pointed && queries.length > 1
        ? readTogether(sentence.tokens, queries, received)
        : readWord(sentence.tokens, view, place ?? { query: 0, key: null }, byNumber);
    this.readout.show(spoken, hue, pointed !== null || queries.length > 0);
  }
}
