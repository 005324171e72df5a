/**
 * <heed-projections>: where queries, keys and values come from. The words of a sentence as vectors in the plane, three matrices
 * that project them, and the attention that follows. Attributes: word, embeddings, query, key, value (rows of matrices).
 */
import { engine } from "../../compute/client";
import type { LayerSteps } from "../../compute/lab";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import type { HandleEvents } from "../../figure/planes/point-handles";
import { type Point, placed } from "../../figure/planes/points";
import planes from "../../figure/styles/planes.css?inline";
import { exampleSentence } from "../../model/example-sentence";
import type { FigureData } from "../../model/figure-data";
import { embeddingsOf, pointAt, projectWords } from "./project-words";
import { ProjectionPlane, written } from "./projection-plane";
import css from "./projections.css?inline";
import { read } from "./projections-reading";
import {
  type ProjectionsState,
  placeOf,
  projections,
  projectionsSettings,
  vectorOf,
  vocabulary,
} from "./projections-state";
import { ProjectionsTable } from "./projections-table";

const sheet = sheetOf(planes, css);
const names = { query: "Queries", key: "Keys", value: "Values" } as const;
const letters = { query: "Q", key: "K", value: "V" } as const;

export class HeedProjections extends FigureElement<ProjectionsState, LayerSteps> {
  static readonly observedAttributes = attributesOf(projectionsSettings);
  private readonly embeddings: ProjectionPlane;
  private readonly projected: readonly ProjectionPlane[];
  private readonly table = new ProjectionsTable();
  private drawn: { readonly steps: LayerSteps; readonly state: ProjectionsState } | null = null;

  constructor() {
    super({
      settings: projectionsSettings,
      label: "Where Q, K and V come from",
      hint: "Drag a word, or the tip of an arrow: it is a row of the matrix. Arrow keys move what has the focus.",
      viewSettings: ["word"],
      sheet,
    });
    const events: HandleEvents = {
      move: (id, to, settled) => this.place(id, to, settled),
      step: (id, { x, y }) => {
        const at = this.pointOf(id);
        this.place(id, { x: at.x + x, y: at.y + y }, true);
      },
      point: () => {},
    };
    this.embeddings = new ProjectionPlane(events);
    this.projected = projections.map(() => new ProjectionPlane(events));
    const panel = (part: string, title: readonly (string | Node)[], plane: ProjectionPlane) =>
      el("figure", { class: `part part-${part}` }, el("p", { class: "title" }, ...title), plane.element);
    const titled = (which: (typeof projections)[number]) => [
      `${names[which]} `,
      el("var", {}, letters[which]),
      " = ",
      el("var", {}, "X"),
      " ",
      el("var", {}, "W"),
      el("sub", {}, letters[which]),
    ];
    this.drawing.append(
      el(
        "div",
        { class: "projections" },
        panel("embeddings", ["Embeddings ", el("var", {}, "X")], this.embeddings),
        ...projections.map((which, i) => panel(which, titled(which), this.projected[i] as ProjectionPlane)),
      ),
      el("div", { class: "table" }, this.table.element),
    );
  }

  protected compute(state: ProjectionsState, signal: AbortSignal): Promise<LayerSteps> {
    return projectWords(engine, state, signal);
  }

  protected provenance(): string {
    return "vectors and matrices placed by hand";
  }

  protected draw(steps: LayerSteps, state: ProjectionsState, isNew: boolean): void {
    const wasDrawn = this.drawn !== null;
    this.drawn = { steps, state };
    const { ink, maps } = this.colors;
    const place = placeOf(state.word);
    const chosen = vectorOf(place);
    const hues = { query: maps[1] ?? ink, key: maps[2] ?? ink, value: maps[3] ?? ink };
    this.embeddings.draw({
      vectors: state.embeddings,
      chosen,
      color: ink,
      ink,
      handles: state.embeddings.map((at, i) => ({
        id: `embeddings ${i}`,
        label: `Embedding of “${vocabulary[i]}” at ${written(at)}`,
        at,
      })),
    });
    projections.forEach((which, i) => {
      const rows = state[which];
      this.projected[i]?.draw({
        vectors: vocabulary.map((word) => pointAt(steps[which], placeOf(word))),
        chosen,
        color: hues[which],
        ink,
        rows,
        handles: rows.map((at, row) => ({
          id: `${which} ${row}`,
          label: `Row ${row + 1} of the matrix of the ${names[which].toLowerCase()} at ${written(at)}`,
          at,
        })),
        ...(which === "key" ? { arrow: queryArrow(pointAt(steps.query, place), hues.query) } : {}),
        ...(which === "value"
          ? { output: { at: pointAt(steps.output, place), weights: weightsOf(steps, place) } }
          : {}),
      });
    });
    this.table.show(steps, embeddingsOf(state), place);
    this.readout.show(read(steps, state.word), ink, isNew && wasDrawn);
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { steps, state } = this.drawn;
    const size = exampleSentence.length;
    const word = { name: "word", size, labels: exampleSentence };
    const component = { name: "component", size: 2, labels: ["x", "y"] };
    const pairs = { query: { ...word, name: "query" }, key: { ...word, name: "key" } };
    const flat = (points: readonly Point[]) => points.flatMap(({ x, y }) => [x, y]);
    return [
      { name: "embeddings X", values: flat(embeddingsOf(state)), axes: [word, component] },
      ...projections.flatMap((which) => [
        { name: `matrix W_${letters[which]}`, values: flat(state[which]), axes: [{ name: "row", size: 2 }, component] },
        { name: names[which].toLowerCase(), values: steps[which].data, axes: [word, component] },
      ]),
      { name: "scores q·k", values: steps.scores.data, axes: [pairs.query, pairs.key] },
      { name: "weights", values: steps.weights.data, axes: [pairs.query, pairs.key] },
      { name: "output", values: steps.output.data, axes: [word, component] },
    ];
  }

  private pointOf(id: string): Point {
    const [name, index] = id.split(" ");
    return this.state[name as "embeddings"][Number(index)] as Point;
  }

  private place(id: string, to: Point, settled: boolean): void {
    const [name, index] = id.split(" ");
    const key = name as "embeddings";
    this.change({ [key]: this.state[key].map((point, i) => (i === Number(index) ? placed(to) : point)) }, settled);
  }
}

/** The chosen word’s query among the keys, its name above its tip. */
const queryArrow = (to: Point, color: string) => ({
  to,
  color,
  name: "query",
  labelFrom: { x: to.x, y: to.y - 1 },
});

/** What each different word adds to the output of the word at a place. */
function weightsOf({ weights }: LayerSteps, place: number): number[] {
  const size = exampleSentence.length;
  const sums = vocabulary.map(() => 0);
  for (let key = 0; key < size; key++)
    sums[vectorOf(key)] = (sums[vectorOf(key)] ?? 0) + (weights.data[place * size + key] ?? 0);
  return sums;
}
