/** Every step from words to an output: how it is computed, its shape, and the row of one word. */
import { signed, weight3 } from "../../charts/format";
import type { LayerSteps } from "../../compute/lab";
import { el } from "../../controls/el";
import type { Point } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";
import { pointAt } from "./project-words";
import { written } from "./projection-plane";

const count = exampleSentence.length;

interface Step {
  readonly part: string;
  readonly name: string;
  readonly formula: readonly (string | Node)[];
  readonly shape: string;
  /** A number for each word, or what belongs to one word. */
  readonly row: readonly string[] | string;
}

const w = (subscript: string) => [el("var", {}, "W"), el("sub", {}, subscript)];
const v = (symbol: string) => el("var", {}, symbol);

function stepsOf(steps: LayerSteps, embeddings: readonly Point[], place: number): Step[] {
  const row = (data: ArrayLike<number>, format: (value: number) => string) =>
    exampleSentence.map((_, key) => format(data[place * count + key] ?? Number.NaN));
  const projected = `${count} × 2 · 2 × 2 → ${count} × 2`;
  const two = (value: number) => signed(value, 2);
  return [
    { part: "tokens", name: "tokens", formula: ["the words"], shape: `${count}`, row: exampleSentence },
    {
      part: "embeddings",
      name: "embeddings",
      formula: [v("X"), ": a vector for each word"],
      shape: `${count} × 2`,
      row: written(embeddings[place] as Point),
    },
    {
      part: "query",
      name: "queries",
      formula: [v("Q"), " = ", v("X"), " ", ...w("Q")],
      shape: projected,
      row: written(pointAt(steps.query, place)),
    },
    {
      part: "key",
      name: "keys",
      formula: [v("K"), " = ", v("X"), " ", ...w("K")],
      shape: projected,
      row: written(pointAt(steps.key, place)),
    },
    {
      part: "value",
      name: "values",
      formula: [v("V"), " = ", v("X"), " ", ...w("V")],
      shape: projected,
      row: written(pointAt(steps.value, place)),
    },
    {
      part: "scores",
      name: "scores",
      formula: [v("Q"), " ", v("K"), el("sup", {}, "T")],
      shape: `${count} × 2 · 2 × ${count} → ${count} × ${count}`,
      row: row(steps.scores.data, two),
    },
    {
      part: "scores",
      name: "logits",
      formula: ["scores ÷ √2"],
      shape: `${count} × ${count}`,
      row: row(steps.logits.data, two),
    },
    {
      part: "weights",
      name: "weights",
      formula: ["softmax of each row"],
      shape: `${count} × ${count}`,
      row: row(steps.weights.data, weight3),
    },
    {
      part: "output",
      name: "output",
      formula: ["weights · ", v("V")],
      shape: `${count} × ${count} · ${count} × 2 → ${count} × 2`,
      row: written(pointAt(steps.output, place)),
    },
  ];
}

export class ProjectionsTable {
  readonly element = el("table", { class: "shapes" });

  show(steps: LayerSteps, embeddings: readonly Point[], place: number): void {
    const heading = (text: string, name: string) => el("th", { scope: "col", class: name }, text);
    this.element.replaceChildren(
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          heading("step", "name"),
          heading("computed as", "formula"),
          heading("shape", "shape"),
          heading(`row of “${exampleSentence[place]}”`, "row"),
        ),
      ),
      el(
        "tbody",
        {},
        ...stepsOf(steps, embeddings, place).map(({ part, name, formula, shape, row }) =>
          el(
            "tr",
            { class: `part part-${part}` },
            el("th", { scope: "row" }, name),
            el("td", { class: "formula" }, ...formula),
            el("td", { class: "shape" }, shape),
            el("td", { class: "row" }, ...(typeof row === "string" ? [row] : row.map((text) => el("span", {}, text)))),
          ),
        ),
      ),
    );
  }
}
