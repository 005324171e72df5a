/** The words in their present order, each with a button that exchanges it with the next one. */
import { el } from "../../controls/el";
import { exampleSentence } from "../../model/example-sentence";
import { originalOrder, shuffled, swapped } from "./word-order-state";

export class WordRow {
  readonly element: HTMLElement;
  private readonly words = el("ol", { class: "words" });
  private readonly restore = el("button", { type: "button" }, "original order");
  private order: readonly number[] = originalOrder;

  constructor(change: (order: readonly number[]) => void) {
    const shuffle = el("button", { type: "button" }, "shuffle");
    const reverse = el("button", { type: "button" }, "reverse");
    shuffle.addEventListener("click", () => change(shuffled(this.order)));
    reverse.addEventListener("click", () => change([...this.order].reverse()));
    this.restore.addEventListener("click", () => change(originalOrder));
    this.words.append(
      ...originalOrder.map((at) => {
        const swap = el("button", { type: "button", class: "swap" }, "↔");
        swap.addEventListener("click", () => change(swapped(this.order, at)));
        return el("li", {}, el("span", { class: "word" }), ...(at + 1 < originalOrder.length ? [swap] : []));
      }),
    );
    this.element = el(
      "div",
      { class: "word-row" },
      this.words,
      el("div", { class: "orders not-exported" }, shuffle, reverse, this.restore),
    );
  }

  show(order: readonly number[]): void {
    this.order = order;
    this.restore.disabled = order.join() === originalOrder.join();
    for (const [at, item] of [...this.words.children].entries()) {
      const word = exampleSentence[order[at] ?? 0] ?? "";
      const next = exampleSentence[order[at + 1] ?? 0] ?? "";
      const [name, swap] = item.children;
      if (name) name.textContent = word;
      swap?.setAttribute("aria-label", `Exchange “${word}” and “${next}”`);
    }
  }
}
