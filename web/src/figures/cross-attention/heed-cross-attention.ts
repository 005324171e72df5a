/**
 * <heed-cross-attention>: an encoder and a decoder that were trained to write a word in reverse order, and their three
 * attentions: within the word, within what is written, and from what is written to the word. Attributes: word, written.
 */
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { engine } from "../../compute/client";
import type { Reversal } from "../../compute/lab";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { fetchModel } from "../../figure/trained/fetch-model";
import type { FigureData } from "../../model/figure-data";
import css from "./cross-attention.css?inline";
import { type MapName, maps, nameOf, read, rowName, writtenAfter } from "./cross-reading";
import { type CrossState, crossSettings, lettersOf } from "./cross-state";
import { WordInput } from "./word-input";

const sheet = sheetOf(css);

const titles: Readonly<Record<MapName, string>> = {
  encoder: "Encoder: self-attention",
  decoder: "Decoder: causal self-attention",
  cross: "Cross-attention: decoder to encoder",
};

export class HeedCrossAttention extends FigureElement<CrossState, Reversal> {
  static readonly observedAttributes = attributesOf(crossSettings);
  private readonly places = new Focus();
  private readonly input: WordInput;
  private readonly heatmaps: readonly Heatmap[];
  private readonly scale = new ScaleBar();
  private model: Promise<Uint8Array> | null = null;
  private drawn: Reversal | null = null;
  private count = 1;

  constructor() {
    super({
      settings: crossSettings,
      label: "Cross-attention",
      hint: "Type a word of up to ten letters. The model writes it in reverse order.",
      viewSettings: ["written"],
      sheet,
    });
    this.input = new WordInput({
      type: (text, settled) => this.type(text, settled),
      write: (written) => this.change({ written }, true),
    });
    this.heatmaps = maps.map(
      (name, i) =>
        new Heatmap(
          titles[name],
          { ticks: true },
          focusEvents(this.places, i, () => this.mark(true)),
        ),
    );
    this.drawing.append(
      this.input.element,
      el(
        "div",
        { class: "cross-panels" },
        ...maps.map((name, i) =>
          el(
            "figure",
            { class: `panel part part-${name}` },
            el("p", { class: "title" }, titles[name]),
            mapBody((this.heatmaps[i] as Heatmap).element),
            ...(name === "encoder" ? [this.scale.element] : []),
          ),
        ),
      ),
    );
  }

  protected async compute({ word }: CrossState, signal: AbortSignal): Promise<Reversal> {
    this.model ??= fetchModel("reversal");
    try {
      const file = (await this.model).slice();
      return await engine.lab("writeReversal", { file, letters: lettersOf(word) }, signal);
    } catch (error) {
      signal.throwIfAborted();
      // What could not be fetched is asked for anew.
      this.model = null;
      throw error;
    }
  }

  protected provenance(): string {
    return "trained by Heed on random words, seed 1";
  }

  protected draw(result: Reversal, state: CrossState, isNew: boolean): void {
    const changed = isNew && this.drawn !== null;
    this.drawn = result;
    const { source, target } = result;
    this.count = Math.min(state.written, target.length);
    const { paper, ink, maps: hues } = this.colors;
    const hue = hues[0] ?? ink;
    this.input.show(
      state.word,
      target.map((_, i) => nameOf(writtenAfter(result, i))),
      this.count,
    );
    for (const heatmap of this.heatmaps) heatmap.measure();
    for (const [i, name] of maps.entries()) {
      const heatmap = this.heatmaps[i] as Heatmap;
      const { data, shape } = result[name];
      const [queries = 0, keys = 0] = shape.slice(2);
      const isRead = name === "encoder";
      const key = (at: number) => nameOf((name === "decoder" ? target : source)[at] ?? 0);
      // Without spaces “start→n” is not cut.
      const row = (at: number) => rowName(result, at).replaceAll(" ", "");
      heatmap.nameTicks({ query: (at) => (isRead ? nameOf(source[at] ?? 0) : row(at)), key }, false);
      const visible = Uint8Array.from(data, (_, cell) => {
        const [query, at] = [Math.floor(cell / keys), cell % keys];
        return Number(isRead || (query < this.count && (name === "cross" || at <= query)));
      });
      const visibleKeys = new Float32Array(queries).fill(keys);
      heatmap.show({ queries, keys, weights: data, visibleKeys, visible }, { paper, ink, hue, max: 1 }, false);
    }
    this.scale.show(1, paper, [hue], "weight, linear");
    this.places.resting = { query: this.count - 1, key: null, map: 2 };
    this.mark(changed);
  }

  private type(text: string, settled: boolean): void {
    const parsed = crossSettings.word.parse(text);
    if ("problem" in parsed) this.sayTyping(parsed.problem);
    else this.change({ word: parsed.value, written: crossSettings.written.default }, settled);
  }

  private mark(aloud: boolean): void {
    const { drawn: result } = this;
    if (!result) return;
    const isDrawn = ({ map, query, key }: { map: number; query: number; key: number | null }) => {
      const { shape } = result[maps[map] as MapName];
      return query < (map === 0 ? (shape[2] ?? 0) : this.count) && (key ?? 0) < (shape[3] ?? 0);
    };
    const { place: wanted } = this.places;
    const place = wanted && isDrawn(wanted) ? wanted : { query: this.count - 1, key: null, map: 2 };
    for (const [i, heatmap] of this.heatmaps.entries()) {
      // A token of the target is a row of both maps of the decoder.
      const isRow = place.map > 0 && i > 0;
      heatmap.mark(i === place.map ? place : isRow ? { query: place.query, key: null } : null);
    }
    this.readout.show(read(result, maps[place.map] as MapName, place.query, place.key), this.colors.ink, aloud);
  }

  data(): readonly FigureData[] {
    const { drawn: result } = this;
    if (!result) return [];
    const [source, target] = [result.source.map(nameOf), result.target.map(nameOf)];
    const axis = (name: string, labels: readonly string[]) => ({ name, size: labels.length, labels });
    const next = Array.from({ length: result.probabilities.shape[3] ?? 0 }, (_, token) => nameOf(token));
    return [
      { name: "encoder weights", values: result.encoder.data, axes: [axis("query", source), axis("key", source)] },
      { name: "decoder weights", values: result.decoder.data, axes: [axis("query", target), axis("key", target)] },
      {
        name: "cross-attention weights",
        values: result.cross.data,
        axes: [axis("query", target), axis("key", source)],
      },
      {
        name: "probability of the next token",
        values: result.probabilities.data,
        axes: [axis("token", target), axis("next", next)],
      },
    ];
  }
}
