/**
 * <heed-layer>: a whole layer of a transformer in the plane. Two heads and a feed-forward layer each add a vector to a word’s own:
 * the residual stream. Attributes: word, head1, head2, feedForward, embeddings.
 */
import { ScaleBar } from "../../charts/color/scale-bar";
import { signed } from "../../charts/format";
import { Heatmap, type TickNames } from "../../charts/heatmap/heatmap";
import type { Cells } from "../../charts/heatmap/raster";
import { engine } from "../../compute/client";
import type { LayerSteps } from "../../compute/lab";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { Focus, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { type Point, placed } from "../../figure/planes/points";
import planes from "../../figure/styles/planes.css?inline";
import { exampleSentence } from "../../model/example-sentence";
import type { FigureData } from "../../model/figure-data";
import { circuitsOf } from "./circuit-table";
import css from "./layer.css?inline";
import { type PathStep, pathOf } from "./layer-path";
import { LayerPlane } from "./layer-plane";
import { read, written } from "./layer-reading";
import { type LayerState, layerSettings, placeOf, vectorOf, vocabulary } from "./layer-state";
import { headCount, layerRequest } from "./layer-weights";

const sheet = sheetOf(planes, css);
const size = exampleSentence.length;
const tickNames: TickNames = { query: (i) => exampleSentence[i] ?? "", key: (i) => exampleSentence[i] ?? "" };

interface HeadPanel {
  readonly map: Heatmap;
  readonly scale: ScaleBar;
  readonly circuits: HTMLElement;
}

export class HeedLayer extends FigureElement<LayerState, LayerSteps> {
  static readonly observedAttributes = attributesOf(layerSettings);
  private readonly plane: LayerPlane;
  private readonly places = new Focus();
  private readonly heads: readonly HeadPanel[];
  private readonly table = el("table", { class: "stream" });
  private drawn: { readonly steps: LayerSteps; readonly state: LayerState } | null = null;

  constructor() {
    super({
      settings: layerSettings,
      label: "The whole layer",
      hint: "Choose a word, switch parts off, or drag a word in the plane.",
      viewSettings: ["word"],
      sheet,
    });
    this.plane = new LayerPlane({
      move: (id, to, settled) => this.place(id, to, settled),
      step: (id, { x, y }) => {
        const at = this.state.embeddings[Number(id.split(" ")[1])] as Point;
        this.place(id, { x: at.x + x, y: at.y + y }, true);
      },
      point: () => {},
    });
    this.heads = Array.from({ length: headCount }, (_, head) => ({
      map: new Heatmap(
        `Weights of head ${head + 1}`,
        { ticks: true },
        {
          ...focusEvents(this.places, head, () => this.mark()),
          toggle: ({ query }) => this.change({ word: exampleSentence[query] ?? "bank" }, true),
          toggleCurrent: () => this.change({ word: exampleSentence[this.places.place?.query ?? 0] ?? "bank" }, true),
        },
      ),
      scale: new ScaleBar(),
      circuits: el("div", {}),
    }));
    for (const { map } of this.heads) map.nameTicks(tickNames);
    const figure = (part: string, title: string, ...body: readonly Node[]) =>
      el("figure", { class: `part part-${part}` }, el("p", { class: "title" }, title), ...body);
    this.drawing.append(
      el(
        "div",
        { class: "layer" },
        figure("stream", "The residual stream", this.plane.element, this.table),
        ...this.heads.map(({ map, scale, circuits }, head) =>
          figure(`head${head + 1}`, `Head ${head + 1}`, mapBody(map.element), scale.element, circuits),
        ),
      ),
    );
  }

  protected compute(state: LayerState, signal: AbortSignal): Promise<LayerSteps> {
    return engine.lab("layerSteps", layerRequest(state), signal);
  }

  protected provenance(): string {
    return "vectors and weights made by hand";
  }

  protected draw(steps: LayerSteps, state: LayerState, isNew: boolean): void {
    const wasDrawn = this.drawn !== null;
    this.drawn = { steps, state };
    const { ink, paper, maps } = this.colors;
    const hues = [maps[1] ?? ink, maps[2] ?? ink, maps[3] ?? ink];
    const place = placeOf(state.word);
    const path = pathOf(steps, state.embeddings[vectorOf(place)] as Point, place);
    const colorOf = (step: PathStep) => hues[path.indexOf(step)] ?? ink;
    this.plane.draw({
      embeddings: state.embeddings,
      chosen: vectorOf(place),
      path,
      colorOf,
      ink,
      soft: "var(--soft)",
      labelOf: (word) => `Embedding of “${vocabulary[word]}” at ${written(state.embeddings[word] as Point)}`,
    });
    this.places.resting = { query: place, key: null, map: 0 };
    for (const { map } of this.heads) map.measure();
    this.heads.forEach(({ map, scale, circuits }, head) => {
      const hue = hues[head] ?? ink;
      map.show(causalMap(steps.weights.data.subarray(head * size * size, (head + 1) * size * size)), {
        paper,
        ink,
        hue,
        max: 1,
      });
      scale.show(1, paper, [hue], "weight, linear");
      circuits.replaceChildren(circuitsOf(steps, head));
    });
    this.fillTable(steps, state, path, hues);
    this.mark();
    this.readout.show(read(path, state), ink, isNew && wasDrawn);
  }

  private fillTable(steps: LayerSteps, state: LayerState, path: readonly PathStep[], hues: readonly string[]): void {
    const place = placeOf(state.word);
    const row = (name: string, formula: readonly (string | Node)[], at: Point, color = "") => {
      const head = el("th", { scope: "row" }, name);
      head.style.color = color;
      return el("tr", {}, head, el("td", { class: "formula" }, ...formula), el("td", {}, written(at)));
    };
    const head = (i: number) => signed(steps.heads.data[i * size + place] ?? Number.NaN, 2);
    const formulas = [rowOfOutput(head(0), 1), rowOfOutput(head(1), 2), feedForwardFormula()];
    this.table.replaceChildren(
      el("caption", {}, `what is added to “${state.word}”`),
      el(
        "tbody",
        {},
        row("embedding", ["x"], state.embeddings[vectorOf(place)] as Point),
        ...path.map(({ name, added }, i) => row(`+ ${name}`, formulas[i] ?? [], added, hues[i])),
        row("= leaves the layer", [], path.at(-1)?.to as Point),
      ),
    );
  }

  private mark(): void {
    for (const { map } of this.heads) map.mark(this.places.place);
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { steps } = this.drawn;
    const head = { name: "head", size: headCount };
    const axis = (name: string) => ({ name, size, labels: exampleSentence });
    const component = { name: "component", size: 2, labels: ["x", "y"] };
    const matrix = [head, { name: "row", size: 2 }, { name: "column", size: 2 }];
    return [
      { name: "weights", values: steps.weights.data, axes: [head, axis("query"), axis("key")] },
      { name: "contributions of heads", values: steps.contributions.data, axes: [head, axis("word"), component] },
      { name: "after attention", values: steps.afterAttention.data, axes: [axis("word"), component] },
      { name: "feed-forward", values: steps.feedForward.data, axes: [axis("word"), component] },
      { name: "leaves the layer", values: steps.result.data, axes: [axis("word"), component] },
      { name: "QK circuits", values: steps.qkCircuits.data, axes: matrix },
      { name: "OV circuits", values: steps.ovCircuits.data, axes: matrix },
    ];
  }

  private place(id: string, to: Point, settled: boolean): void {
    const moved = Number(id.split(" ")[1]);
    const embeddings = this.state.embeddings.map((point, i) => (i === moved ? placed(to) : point));
    this.change({ embeddings }, settled);
  }
}

const feedForwardFormula = () => {
  const sub = (index: string) => el("sub", {}, index);
  return ["max(0, y W", sub("1"), " + b", sub("1"), ") W", sub("2")];
};

/** A head has one component here, which its row of W_O turns into a vector. */
const rowOfOutput = (value: string, row: number) => [`${value} · row ${row} of W`, el("sub", {}, "O")];

/** Numbers of queries and keys under a causal mask. */
const causalMap = (weights: Float32Array): Cells => ({
  queries: size,
  keys: size,
  weights,
  visibleKeys: Float32Array.from({ length: size }, (_, i) => i + 1),
});
