/** <heed-look-up>: a query, keys and values as points to be dragged, and the look-up that follows. */

import { reading, signed } from "../../charts/format";
import { engine } from "../../compute/client";
import { el } from "../../controls/el";
import { attributesOf, FigureElement } from "../../figure/figure-element";
import { sheetOf } from "../../figure/figure-shell";
import { type Point, placed } from "../../figure/planes/points";
import type { Reading } from "../../figure/reading";
import planes from "../../figure/styles/planes.css?inline";
import type { FigureData } from "../../model/figure-data";
import { type LookUp, lookUp } from "./look-up";
import styles from "./look-up.css?inline";
import { bestKey } from "./look-up-layout";
import { KeyPlane, type LookUpColors, ValuePlane, written } from "./look-up-planes";
import { type LookUpState, lookUpSettings, wordOf, words } from "./look-up-state";
import { LookUpTable, writtenProduct } from "./look-up-table";

const sheet = sheetOf(planes, styles);

export class HeedLookUp extends FigureElement<LookUpState, LookUp> {
  static readonly observedAttributes = attributesOf(lookUpSettings);
  private readonly keyPlane: KeyPlane;
  private readonly valuePlane: ValuePlane;
  private readonly table: LookUpTable;
  private drawn: { readonly result: LookUp; readonly state: LookUpState } | null = null;
  private pointed: string | null = null;

  constructor() {
    super({
      settings: lookUpSettings,
      label: "A soft look-up",
      hint: "Drag the points, or choose one and move it with the arrow keys.",
      sheet,
    });
    const events = {
      move: (id: string, to: Point, settled: boolean) => this.place(id, to, settled),
      step: (id: string, { x, y }: Point) => {
        const at = pointOf(this.state, id);
        this.place(id, { x: at.x + x, y: at.y + y }, true);
      },
      point: (id: string | null, aloud: boolean) => this.pointAt(id, aloud),
    };
    this.keyPlane = new KeyPlane("keys", events);
    this.valuePlane = new ValuePlane("values", events);
    this.table = new LookUpTable((id) => this.pointAt(id, false));
    this.drawing.append(
      el(
        "div",
        { class: "planes" },
        el("div", {}, el("p", { class: "title" }, "Query and keys"), this.keyPlane.element),
        el("div", {}, el("p", { class: "title" }, "Values and output"), this.valuePlane.element),
      ),
      this.table.element,
    );
  }

  protected compute(state: LookUpState, signal: AbortSignal): Promise<LookUp> {
    return lookUp(engine, state, signal);
  }

  protected provenance(): string {
    return "placed by hand";
  }

  protected draw(result: LookUp, state: LookUpState): void {
    this.drawn = { result, state };
    this.drawMarks(true);
  }

  data(): readonly FigureData[] {
    if (!this.drawn) return [];
    const { result, state } = this.drawn;
    const { count } = state;
    const keyAxis = { name: "key", size: count, labels: words.slice(0, count) };
    const across = { name: "component", size: 2, labels: ["x", "y"] };
    const flat = (points: readonly Point[]) => points.flatMap(({ x, y }) => [x, y]);
    return [
      { name: "query", values: flat([state.query]), axes: [across] },
      { name: "keys", values: flat(state.keys.slice(0, count)), axes: [keyAxis, across] },
      { name: "q·k", values: result.scores, axes: [keyAxis] },
      { name: "q·k / (√2 · temperature)", values: result.scaled, axes: [keyAxis] },
      { name: "weights", values: result.weights, axes: [keyAxis] },
      { name: "values", values: flat(state.values.slice(0, count)), axes: [keyAxis, across] },
      { name: "output", values: flat([result.output]), axes: [across] },
    ];
  }

  private place(id: string, to: Point, settled: boolean): void {
    const point = placed(to);
    const { kind, index } = parsed(id);
    if (kind === "query") this.change({ query: point }, settled);
    else
      this.change({ [`${kind}s`]: this.state[`${kind}s`].map((other, i) => (i === index ? point : other)) }, settled);
  }

  private pointAt(id: string | null, aloud: boolean): void {
    if (id === this.pointed && !aloud) return;
    this.pointed = id;
    this.drawMarks(aloud);
  }

  private drawMarks(aloud: boolean): void {
    if (!this.drawn) return;
    const { result, state } = this.drawn;
    const { maps, ink } = this.colors;
    const colors: LookUpColors = { ink, hue: (index) => maps[index + 1] ?? ink };
    const { kind, index } = parsed(this.pointed ?? "query 0");
    const focus = kind !== "query" && index < state.count ? index : null;
    this.keyPlane.draw(state, result, colors, this.pointed);
    this.valuePlane.draw(state, result, colors, this.pointed);
    this.table.show(state, result, colors, focus);
    this.readout.show(
      read(state, result, focus),
      focus === null ? ink : colors.hue(focus),
      aloud && this.pointed !== null,
    );
  }
}

type Kind = "query" | "key" | "value";

function parsed(id: string): { kind: Kind; index: number } {
  const [kind, index = "0"] = id.split(" ");
  return { kind: kind as Kind, index: Number(index) };
}

function pointOf(state: LookUpState, id: string): Point {
  const { kind, index } = parsed(id);
  return kind === "query" ? state.query : (state[`${kind}s`][index] as Point);
}

/** What the look-up does with one key, or (null) what it returns. */
export function read(state: LookUpState, { scores, scaled, weights, output }: LookUp, key: number | null): Reading {
  const best = bestKey(weights);
  const returned = `(${written(output)})`;
  if (key === null)
    return {
      sentence: [
        "The query gives the key ",
        wordOf(best),
        " the largest weight, ",
        reading(weights[best] as number),
        ". A hard look-up would return its value; the soft one returns ",
        returned,
        ", the mean of all values by their weights.",
      ],
      exact: "",
    };
  const score = signed(scores[key] as number, 2);
  return {
    sentence: [
      "The query scores the key ",
      wordOf(key),
      ` with ${writtenProduct(state.query, state.keys[key] as Point)} = `,
      score,
      `, scaled ${signed(scaled[key] as number, 2)}. Its value counts with a weight of `,
      reading(weights[key] as number),
      `; all of them together return ${returned}.`,
    ],
    exact: "",
  };
}
