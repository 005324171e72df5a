/** The soft look-up in numbers: a row a key, from the score to the weight to the value; and what is returned. */

import { factor, signed, weight3 } from "../../charts/format";
import type { Point } from "../../figure/planes/points";
import type { LookUp } from "./look-up";
import { bestKey } from "./look-up-layout";
import { type LookUpColors, written } from "./look-up-planes";
import { type LookUpState, wordOf } from "./look-up-state";

/** "1.40 × 2.10 + 1.10 × (−0.50)" */
export function writtenProduct(query: Point, key: Point): string {
  return `${signed(query.x, 2)} × ${factor(key.x, 2)} + ${signed(query.y, 2)} × ${factor(key.y, 2)}`;
}

export class LookUpTable {
  readonly element = document.createElement("table");
  private readonly body = this.element.createTBody();
  private readonly scaledHead: HTMLElement;
  private rows: Row[] = [];
  private readonly output = document.createElement("tr");
  private readonly outputCell: HTMLElement;

  constructor(private readonly pointAt: (id: string | null) => void) {
    this.element.className = "look-up";
    const head = this.element.createTHead().insertRow();
    const column = (name: string, text: string) => {
      const cell = head.appendChild(document.createElement("th"));
      cell.scope = "col";
      cell.className = name;
      cell.textContent = text;
      return cell;
    };
    column("name", "key");
    column("place part part-keys", "k");
    column("sum part part-scores", "q · k, written out");
    column("score part part-scores", "q · k");
    this.scaledHead = column("scaled part part-scores", "÷ √2");
    column("weight part part-weights", "weight");
    column("place part part-values", "value");
    const name = this.output.appendChild(document.createElement("th"));
    name.scope = "row";
    name.textContent = "output";
    for (const cell of ["place part part-keys", "sum", "score", "scaled"]) this.output.insertCell().className = cell;
    const words = this.output.insertCell();
    words.className = "words";
    words.textContent = "each value times its weight, added up";
    this.outputCell = this.output.insertCell();
    this.outputCell.className = "place part part-output";
    this.output.className = "output";
  }

  show(state: LookUpState, result: LookUp, colors: LookUpColors, focus: number | null): void {
    while (this.rows.length < result.weights.length) this.rows.push(new Row(this.rows.length, this.pointAt));
    this.body.replaceChildren(...this.rows.slice(0, result.weights.length).map(({ element }) => element), this.output);
    this.scaledHead.textContent = state.temperature === 1 ? "÷ √2" : `÷ ${state.temperature} √2`;
    const best = bestKey(result.weights);
    for (const [i, weight] of result.weights.entries())
      this.rows[i]?.show({
        key: written(state.keys[i] as Point),
        sum: writtenProduct(state.query, state.keys[i] as Point),
        score: signed(result.scores[i] as number, 2),
        scaled: signed(result.scaled[i] as number, 2),
        weight,
        value: written(state.values[i] as Point),
        hue: colors.hue(i),
        focused: i === focus,
        best: i === best,
      });
    this.outputCell.textContent = written(result.output);
  }
}

interface RowData {
  readonly key: string;
  readonly sum: string;
  readonly score: string;
  readonly scaled: string;
  readonly weight: number;
  readonly value: string;
  readonly hue: string;
  readonly focused: boolean;
  readonly best: boolean;
}

class Row {
  readonly element = document.createElement("tr");
  private readonly name = this.element.appendChild(document.createElement("th"));
  private readonly key = this.cell("place part part-keys");
  private readonly sum = this.cell("sum part part-scores");
  private readonly score = this.cell("score part part-scores");
  private readonly scaled = this.cell("scaled part part-scores");
  private readonly weight = this.cell("weight part part-weights");
  private readonly value = this.cell("place part part-values");
  private readonly bar = document.createElement("span");
  private readonly number = document.createElement("span");

  constructor(index: number, pointAt: (id: string | null) => void) {
    this.name.scope = "row";
    this.name.textContent = wordOf(index);
    this.bar.className = "bar";
    this.weight.append(this.bar, this.number);
    this.element.addEventListener("pointerenter", () => pointAt(`key ${index}`));
    this.element.addEventListener("pointerleave", () => pointAt(null));
  }

  show(data: RowData): void {
    const { key, sum, score, scaled, value, weight, hue, focused, best } = data;
    this.name.style.color = hue;
    for (const [cell, text] of Object.entries({ key, sum, score, scaled, value }))
      this[cell as "key" | "sum" | "score" | "scaled" | "value"].textContent = text;
    this.number.textContent = weight3(weight);
    this.bar.style.width = `calc(${weight} * (100% - 6ch))`;
    this.bar.style.backgroundColor = hue;
    this.element.classList.toggle("focused", focused);
    this.element.classList.toggle("best", best);
  }

  private cell(name: string): HTMLTableCellElement {
    const cell = this.element.insertCell();
    cell.className = name;
    return cell;
  }
}
