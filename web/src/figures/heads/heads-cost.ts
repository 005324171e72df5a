/** What a layer costs with one head and with many: the same, but for the exponentials. */

import type { Palette } from "../../charts/color/palette";
import { count } from "../../charts/format";
import type { AttentionCost } from "../../compute/client";
import { el } from "../../controls/el";
import { hueOf } from "../../figure/maps/head-name";

export interface CostRow {
  readonly heads: number;
  /** d_k of each head. */
  readonly width: number;
  readonly cost: AttentionCost;
}

export interface Costs {
  readonly costs: readonly CostRow[];
  readonly dModel: number;
  readonly tokens: number;
  /** The number of heads that the figure shows. */
  readonly chosen: number;
}

const columns: readonly { readonly name: string; readonly value: (row: CostRow) => number }[] = [
  { name: "multiply-adds", value: ({ cost }) => cost.multiplyAdds },
  { name: "exponentials", value: ({ cost }) => cost.exponentials },
];

export function drawCosts(table: HTMLTableElement, { costs, dModel, tokens, chosen }: Costs, palette: Palette): void {
  const parameters = count(costs[0]?.cost.parameters ?? 0);
  const names = [`width ${dModel}, cut up`, "of", ...columns.map(({ name }) => name)];
  table.replaceChildren(
    el("caption", {}, `A layer of ${parameters} parameters reads ${tokens} tokens`),
    el("thead", {}, el("tr", {}, ...["heads", ...names].map((name) => el("th", { scope: "col" }, name)))),
    el(
      "tbody",
      {},
      ...costs.map((row) =>
        el(
          "tr",
          row.heads === chosen ? { class: "chosen" } : {},
          el("th", { scope: "row" }, String(row.heads)),
          el("td", { class: "cut" }, stripesOf(row.heads, palette)),
          el("td", {}, String(row.width)),
          ...columns.map(({ value }) => el("td", {}, count(value(row)))),
        ),
      ),
    ),
  );
}

/** The width of the layer, a piece for each head. */
function stripesOf(heads: number, palette: Palette): HTMLElement {
  const pieces = Array.from({ length: heads }, (_, head) => {
    const piece = el("div");
    piece.style.background = hueOf(palette, head);
    return piece;
  });
  return el("div", { class: "stripes", "aria-hidden": "true" }, ...pieces);
}
