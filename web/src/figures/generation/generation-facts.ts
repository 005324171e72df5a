/** What is saved by keeping keys and values, as a table. */
import { count, exact } from "../../charts/format";
import type { AttentionCost, GenerationStep } from "../../compute/client";
import { el } from "../../controls/el";

export interface GenerationFacts {
  readonly arrived: number;
  readonly step: GenerationStep;
  readonly costs: readonly [kept: AttentionCost, anew: AttentionCost];
}

export function drawGenerationFacts(table: HTMLTableElement, { arrived, step, costs: [kept, anew] }: GenerationFacts) {
  const row = (name: string, ...cells: readonly string[]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      ...cells.map((text) => el("td", cells.length === 1 ? { colspan: "2" } : {}, text)),
    );
  const largest = ({ largest }: { largest: number }) => exact(Math.fround(largest));
  table.replaceChildren(
    el("caption", {}, `Cost of token ${arrived - 1} in a layer of width 64 with 4 heads`),
    el(
      "thead",
      {},
      el("tr", {}, el("td"), el("th", { scope: "col" }, "with the cache"), el("th", { scope: "col" }, "without it")),
    ),
    el(
      "tbody",
      {},
      row("keys and values computed", "1", count(arrived)),
      row("rows of weights", "1", count(arrived)),
      row("multiply-adds", count(kept.multiplyAdds), count(anew.multiplyAdds)),
      row("exponentials", count(kept.exponentials), count(anew.exponentials)),
    ),
    el(
      "tbody",
      { class: "differences" },
      row("largest difference of the new row’s weights", largest(step.weightsDifference)),
      row("of its output", largest(step.outputDifference)),
      row("largest change of the earlier outputs", largest(step.earlierDifference)),
    ),
  );
}
