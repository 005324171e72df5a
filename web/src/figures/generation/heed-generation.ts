/**
 * <heed-generation>: tokens of the source experiment that arrive one at a time, with keys and values kept. Attributes and
 * address: arrived, mask (causal or none), seed.
 */

import { divergingRamp } from "../../charts/color/diverging";
import { ScaleBar } from "../../charts/color/scale-bar";
import { exact, reading } from "../../charts/format";
import { isVisible } from "../../charts/heatmap/raster";
import { type AttentionCost, type DescribedMap, engine, type GenerationStep } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus } from "../../figure/maps/focus";
import { type Reading, read } from "../../figure/reading";
import type { FigureData } from "../../model/figure-data";
import generation from "./generation.css?inline";
import { GenerationChart } from "./generation-chart";
import { drawGenerationFacts } from "./generation-facts";
import { type GenerationState, generationSettings, mostTokens } from "./generation-state";

export interface Generation {
  readonly step: GenerationStep;
  readonly map: DescribedMap;
  /** With keys and values kept, and all anew. */
  readonly costs: readonly [AttentionCost, AttentionCost];
}

/** The head of the experiment that has most to choose between. */
const map = 3;
/** What has the full colours: the same for all tokens, so that what is kept looks kept. */
const mostWeight = 0.6;
const mostComponent = 2.5;
const playMilliseconds = 900;
const sheet = sheetOf(generation);

export class HeedGeneration extends FigureElement<GenerationState, Generation> {
  static readonly observedAttributes = attributesOf(generationSettings);

  private readonly chart: GenerationChart;
  private readonly weightScale = new ScaleBar();
  private readonly componentScale = new ScaleBar();
  private readonly facts = el("table", { class: "facts" });
  private readonly next = el("button", { type: "button" }, "next token");
  private readonly play = el("button", { type: "button" }, "play");
  private readonly inFocus = new Focus();
  private drawn: { readonly generation: Generation; readonly state: GenerationState } | null = null;
  private playing: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super({
      settings: generationSettings,
      label: "Generation, one token at a time",
      hint: "Add the next token, or drag the number of tokens.",
      sheet,
    });
    const act = (change: (focus: Focus) => void) => {
      change(this.inFocus);
      this.mark();
    };
    this.chart = new GenerationChart({
      preview: (place) => act((focus) => (focus.preview = place && { ...place, map })),
      toggle: (place) => act((focus) => focus.toggle({ ...place, map })),
      toggleCurrent: () => act((focus) => focus.place && focus.toggle(focus.place)),
      release: () => act((focus) => focus.release()),
      move: (next) => act((focus) => focus.move(next, map, true)),
    });
    this.next.addEventListener("click", () => {
      this.pause();
      this.step();
    });
    this.play.addEventListener("click", () => (this.playing ? this.pause() : this.start()));
    this.controls.own.append(this.next, this.play);
    this.drawing.classList.add("generation");
    this.drawing.append(
      el("div", { class: "arrivals" }, this.chart.element),
      el("div", { class: "beside" }, this.facts, this.weightScale.element, this.componentScale.element),
    );
  }

  override disconnectedCallback(): void {
    this.pause();
    super.disconnectedCallback();
  }

  protected async compute({ arrived, mask, seed }: GenerationState, signal: AbortSignal): Promise<Generation> {
    const causal = mask === "causal";
    const work = { keys: arrived, dModel: 64, heads: 4, causal };
    const [step, costs] = await Promise.all([
      engine.lab("generationStep", { tokens: mostTokens, seed, head: map - 1, arrived, causal }, signal),
      engine.lab(
        "attentionCosts",
        [
          { ...work, queries: 1, newKeys: 1 },
          { ...work, queries: arrived, newKeys: arrived },
        ],
        signal,
      ),
    ]);
    const [kept, anew] = costs;
    if (!kept || !anew) throw new Error("the costs with and without the cache were requested");
    const described = await engine.describe(
      {
        weights: step.weights.data,
        queries: arrived,
        keys: arrived,
        visibleKeys: step.visibleKeys.data,
      },
      signal,
    );
    return { step, map: described, costs: [kept, anew] };
  }

  protected provenance({ seed }: GenerationState): string {
    return `random weights, seed ${seed}`;
  }

  data(): FigureData[] {
    if (!this.drawn) return [];
    const { step, map: described } = this.drawn.generation;
    const token = { name: "token", size: described.queries };
    const key = { name: "key", size: described.keys };
    const component = { name: "component", size: step.key.shape[3] };
    return [
      {
        name: "weights, computed without the cache",
        values: step.weights.data,
        axes: [{ ...token, name: "query" }, key],
      },
      { name: "weights of the newest token, computed with the cache", values: step.addedWeights.data, axes: [key] },
      { name: "keys", values: step.key.data, axes: [token, component] },
      { name: "values", values: step.value.data, axes: [token, component] },
      { name: "outputs", values: step.output.data, axes: [token, component] },
    ];
  }

  protected draw(generation: Generation, state: GenerationState): void {
    const { step, map: described, costs } = generation;
    const palette = this.colors;
    const hue = palette.maps[map] ?? palette.ink;
    const { arrived } = state;
    this.drawn = { generation, state };
    const newest = <T extends Float32Array>(all: T, row: Float32Array) => {
      const joined = all.slice();
      joined.set(row, all.length - row.length);
      return joined;
    };
    this.chart.show(
      {
        tokens: mostTokens,
        dim: step.key.shape[3],
        arrived,
        // The newest row as it was computed over what was kept.
        weights: newest(step.weights.data, step.addedWeights.data),
        isVisible: (query, key) => isVisible(described, query, key),
        query: step.query.data,
        key: step.key.data,
        value: step.value.data,
        output: newest(step.output.data, step.addedOutput.data),
        earlierChanged: state.mask === "none" && arrived > 1,
      },
      { palette, hue, mostWeight, mostComponent },
    );
    this.weightScale.show(mostWeight, palette.paper, [hue], "weight, linear · hatched: hidden", 0, true);
    this.componentScale.showDiverging(
      mostComponent,
      divergingRamp(palette.paper, palette.maps[1] ?? "", palette.maps[2] ?? ""),
      `component of a query, key, value or output, linear up to ±${mostComponent}`,
    );
    drawGenerationFacts(this.facts, { arrived, step, costs });
    this.next.textContent = arrived < mostTokens ? "next token" : "start over";
    this.mark();
  }

  private mark(): void {
    if (!this.drawn) return;
    const { generation, state } = this.drawn;
    const { place, preview, locked } = this.inFocus;
    const inside = place && place.query < state.arrived && (place.key ?? 0) < state.arrived ? place : null;
    this.chart.mark(inside && { query: inside.query, key: inside.key ?? 0 });
    this.drawing.classList.toggle("locked", locked !== null);
    const hue = this.colors.maps[map] ?? this.colors.ink;
    const text = inside ? read(generation.map, inside) : arrival(generation, state);
    this.readout.show(text, hue, Boolean(preview ?? locked) || this.playing !== undefined);
  }

  private step(): void {
    const { arrived } = this.state;
    this.change({ arrived: arrived < mostTokens ? arrived + 1 : 1 }, true);
  }

  private start(): void {
    this.step();
    this.play.textContent = "pause";
    this.playing = setInterval(() => {
      if (this.state.arrived < mostTokens) this.step();
      if (this.state.arrived === mostTokens) this.pause();
    }, playMilliseconds);
  }

  private pause(): void {
    clearInterval(this.playing);
    this.playing = undefined;
    this.play.textContent = "play";
  }
}

/** What the newest token did. */
function arrival({ step }: Generation, { arrived, mask }: GenerationState): Reading {
  const newest = arrived - 1;
  const differs = `largest difference from the whole matrix: ${exact(Math.fround(step.weightsDifference.largest))} in a weight, ${exact(Math.fround(step.outputDifference.largest))} in an output`;
  if (newest === 0)
    return {
      sentence: ["Token 0 sees only itself, with a weight of ", "1", "."],
      exact: differs,
    };
  const met = `Token ${newest} adds one row: its query with ${newest} cached ${newest === 1 ? "key" : "keys"} and its own key. `;
  const change = reading(Math.fround(step.earlierDifference.largest));
  if (mask === "causal")
    return {
      sentence: [`${met}The earlier outputs change by `, change, ": no earlier token sees the new one."],
      exact: differs,
    };
  return {
    sentence: [
      `${met}But every earlier token now sees the new one, and their outputs change by up to `,
      change,
      ": later layers must be computed again.",
    ],
    exact: differs,
  };
}
