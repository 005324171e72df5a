/** How a number of attention's steps was worked out, written down with the numbers that it was worked out from. */
import { signed } from "../../charts/format";
import type { AttentionSteps } from "../../compute/lab";
import { el } from "../../controls/el";
import type { Cell, StepsState } from "./steps-state";
import { decimalsOf } from "./steps-values";

export interface Working {
  readonly title: string;
  readonly columns: readonly string[];
  /** `chosen`: the row that is the number in focus. */
  readonly rows: readonly { readonly texts: readonly string[]; readonly chosen: boolean }[];
  /** Under a line: what the rows add up to. */
  readonly total: readonly string[];
  /** What is left to do, or all there is. */
  readonly result: string;
}

/** "√4", and where there is one, the temperature. */
export const divisor = ({ dim, temperature }: Pick<StepsState, "dim" | "temperature">) =>
  temperature === 1 ? `√${dim}` : `(√${dim} × ${temperature})`;

const nothing = { columns: [], rows: [], total: [] };

export function workingOf(cell: Cell, steps: AttentionSteps, state: StepsState): Working {
  const { matrix, row, column } = cell;
  const { tokens, dim } = state;
  const at = ({ data }: { data: Float32Array }, ...place: readonly [number, number, number]) =>
    data[(place[0] * place[2] + place[1]) as number] ?? Number.NaN;
  const square = (tensor: { data: Float32Array }) => at(tensor, row, column, tokens);
  const isHidden = (key: number) => at(steps.masked, row, key, tokens) === -Infinity;
  const pair = `query ${row}, key ${column}`;
  const along = (count: number) => Array.from({ length: count }, (_, i) => i);
  switch (matrix) {
    case "Q":
    case "K":
    case "V": {
      const [name, token, component] = {
        Q: ["query", row, column],
        K: ["key", column, row],
        V: ["value", row, column],
      }[matrix] as [string, number, number];
      const tensor = { Q: steps.query, K: steps.key, V: steps.value }[matrix];
      const value = signed(at(tensor, token, component, dim), decimalsOf(matrix));
      return { ...nothing, title: `Given: ${name} ${token}, component ${component}`, result: value };
    }
    case "scores":
      return {
        title: `Score of ${pair}`,
        columns: ["component", "q", "k", "q × k"],
        rows: along(dim).map((c) => ({
          texts: [
            String(c),
            signed(at(steps.query, row, c, dim), 1),
            signed(at(steps.key, column, c, dim), 1),
            signed(at(steps.products, row * tokens + column, c, dim), 2),
          ],
          chosen: false,
        })),
        total: ["", "", "sum", signed(square(steps.scores), 2)],
        result: "",
      };
    case "scaled":
      return {
        title: `Scaled score of ${pair}`,
        columns: ["key", "score", "scaled"],
        rows: along(tokens).map((key) => ({
          texts: [
            String(key),
            signed(at(steps.scores, row, key, tokens), 2),
            signed(at(steps.scaled, row, key, tokens), 3),
          ],
          chosen: key === column,
        })),
        total: [],
        result: `${signed(square(steps.scores), 2)} ÷ ${divisor(state)} = ${signed(square(steps.scaled), 3)}`,
      };
    case "masked":
      return {
        title: `Logit of ${pair}`,
        columns: ["key", "scaled", "masked"],
        rows: along(tokens).map((key) => ({
          texts: [
            String(key),
            signed(at(steps.scaled, row, key, tokens), 3),
            isHidden(key) ? "−∞" : signed(at(steps.masked, row, key, tokens), 3),
          ],
          chosen: key === column,
        })),
        total: [],
        result: isHidden(column) ? `key ${column} is after query ${row}: hidden` : `query ${row} sees key ${column}`,
      };
    case "weights": {
      const sum = signed(at(steps.sums, row, 0, 1), 3);
      const share = `${signed(square(steps.exponentials), 3)} ÷ ${sum} = ${signed(square(steps.weights), 3)}`;
      return {
        title: `Weight of ${pair}`,
        columns: ["key", "logit", "exp(logit − max)", "weight"],
        rows: along(tokens).map((key) => ({
          texts: [
            String(key),
            isHidden(key) ? "−∞" : signed(at(steps.masked, row, key, tokens), 3),
            isHidden(key) ? "0" : signed(at(steps.exponentials, row, key, tokens), 3),
            isHidden(key) ? "0" : signed(at(steps.weights, row, key, tokens), 3),
          ],
          chosen: key === column,
        })),
        total: ["", "sum", sum, ""],
        result: isHidden(column) ? "" : share,
      };
    }
    case "output":
      return {
        title: `Output of query ${row}, component ${column}`,
        columns: ["key", "weight", "v", "weight × v"],
        rows: along(tokens).map((key) => ({
          texts: [
            String(key),
            isHidden(key) ? "0" : signed(at(steps.weights, row, key, tokens), 3),
            signed(at(steps.value, key, column, dim), 1),
            isHidden(key) ? "0" : signed(at(steps.shares, row * tokens + key, column, dim), 3),
          ],
          chosen: false,
        })),
        total: ["", "", "sum", signed(at(steps.output, row, column, dim), 3)],
        result: "",
      };
  }
}

/** Writes a working into an element: a heading, a table where there is one, and what comes out. */
export function writeWorking(target: HTMLElement, { title, columns, rows, total, result }: Working): void {
  const cells = (texts: readonly string[]) => texts.map((text) => el("td", {}, text));
  const table = el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...columns.map((column) => el("th", { scope: "col" }, column)))),
    el(
      "tbody",
      {},
      ...rows.map(({ texts, chosen }) => el("tr", chosen ? { class: "chosen" } : {}, ...cells(texts))),
      ...(total.length > 0 ? [el("tr", { class: "total" }, ...cells(total))] : []),
    ),
  );
  target.replaceChildren(
    el("p", { class: "title" }, title),
    ...(columns.length > 0 ? [table] : []),
    ...(result ? [el("p", { class: "result" }, result)] : []),
  );
}
