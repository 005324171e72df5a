/** How far each word's output is from the one that it has in the original order. */
import { reading } from "../../charts/format";
import { el } from "../../controls/el";
import { exampleSentence } from "../../model/example-sentence";

/** What fills the bar: outputs are means of vectors of length 4. */
const most = 4;

/** Less than the rounding of float32 sums, in another order, can make. */
const rounding = 2e-6;

export function drawChanges(
  table: HTMLTableElement,
  order: readonly number[],
  change: ArrayLike<number>,
  hue: string,
): void {
  table.replaceChildren(
    el("caption", {}, "change of each word’s output, against the original order"),
    el(
      "tbody",
      {},
      ...order.map((word, at) => {
        const length = (change[at] ?? 0) < rounding ? 0 : (change[at] ?? 0);
        const bar = el("span", { class: "bar" });
        bar.style.width = `${Math.min(100, (100 * length) / most)}%`;
        bar.style.background = hue;
        return el(
          "tr",
          {},
          el("th", { scope: "row" }, exampleSentence[word] ?? ""),
          el("td", { class: "bar-cell" }, bar),
          el("td", { class: "number" }, length === 0 ? "0" : reading(length)),
        );
      }),
    ),
  );
}
