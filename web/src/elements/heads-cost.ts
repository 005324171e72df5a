/** What one head costs and what many do, as two rows: the bars are as long, and only the exponentials differ. */
import { count } from "../charts/format";
import type { AttentionCost } from "../engine/client";
import { el } from "./el";

export interface CostRow {
  readonly heads: number;
  readonly width: number;
  readonly cost: AttentionCost;
}

const parts = ["projections", "scores", "mix", "output"] as const;
const names: Readonly<Record<(typeof parts)[number], string>> = {
  projections: "Q, K, V",
  scores: "Q Kᵀ",
  mix: "A V",
  output: "W^O",
};

export function drawCosts(table: HTMLTableElement, rows: readonly CostRow[]): void {
  const most = Math.max(...rows.map(({ cost }) => cost.multiplyAdds));
  const bar = (cost: AttentionCost) => {
    const shares = parts.map((part) => {
      const share = el("div", { class: part, title: `${names[part]}: ${count(cost[part])}` });
      share.style.width = `${(100 * cost[part]) / most}%`;
      return share;
    });
    return el("div", { class: "shares" }, ...shares);
  };
  table.replaceChildren(
    el("caption", {}, "The cost of a layer of width 64 that reads 32 tokens"),
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        ...["heads", "parameters", "multiply-adds", "exponentials"].map((name) => el("th", { scope: "col" }, name)),
      ),
    ),
    el(
      "tbody",
      {},
      ...rows.map(({ heads, width, cost }) =>
        el(
          "tr",
          {},
          el("th", { scope: "row" }, `${heads === 1 ? "1 head" : `${heads} heads`} of ${width}`),
          el("td", {}, count(cost.parameters)),
          el("td", {}, count(cost.multiplyAdds), bar(cost)),
          el("td", {}, count(cost.exponentials)),
        ),
      ),
    ),
  );
}
