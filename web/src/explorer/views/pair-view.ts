/** Why a weight is what it is: query and key component by component, what their products add up to, and how that becomes the weight. */
import { reading, signed } from "../../charts/format";
import { el } from "../../controls/el";
import { largestFirst } from "../../figure/maps/token-shares";
import type { PairExplanation } from "../../models/models";
import { hueOf, namesOf, pairOf, quoted, type Scene } from "../scene";
import { shareBar } from "./share-bar";

/** Components that are listed. */
const listed = 8;

export class PairView {
  readonly element: HTMLElement;
  private readonly about = el("p", { class: "facts" });
  private readonly rows = el("tbody");
  private readonly rest = el("p", { class: "facts" });
  private readonly steps = el("ol", { class: "steps" });
  private drawn: PairExplanation | null = null;

  constructor() {
    const names = ["component", "q", "k", "q × k"].map((name) => el("th", { scope: "col" }, name));
    this.element = el(
      "div",
      { class: "pair-view" },
      el("div", { class: "view-head" }, el("h2", {}, "Why this weight"), this.about),
      this.steps,
      el("table", {}, el("thead", {}, el("tr", {}, ...names)), this.rows),
      this.rest,
    );
  }

  show(scene: Scene): void {
    const { pair, state, palette } = scene;
    const place = state.head === null ? null : pairOf(scene);
    const { queries, keys } = namesOf(scene);
    this.element.style.setProperty("--hue", hueOf(palette, state.head));
    this.about.textContent = place
      ? `query ${place.query} ${quoted(queries[place.query])} and key ${place.key} ${quoted(keys[place.key])}`
      : state.head === null
        ? "of one head; this is the mean of several"
        : "";
    if (pair === this.drawn) return;
    this.drawn = pair;
    this.rows.replaceChildren(...(pair ? componentsOf(pair).map((at) => this.row(pair, at)) : []));
    this.rest.textContent = pair
      ? `the largest ${Math.min(listed, pair.products.length)} of ${pair.products.length} products`
      : "";
    this.steps.replaceChildren(...(pair ? stepsOf(pair).map((step) => el("li", {}, step)) : []));
  }

  private row(pair: PairExplanation, at: number): HTMLElement {
    const largest = (values: ArrayLike<number>) =>
      Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const cell = (values: Float32Array) => {
      const value = values[at] as number;
      const bar = shareBar(Math.abs(value) / largest(values), value < 0 ? "less" : "");
      return el("td", {}, bar, el("span", { class: "number" }, signed(value, 2)));
    };
    return el("tr", {}, el("th", { scope: "row" }, String(at)), cell(pair.query), cell(pair.key), cell(pair.products));
  }
}

/** Those with the largest products, of either sign. */
export const componentsOf = ({ products }: Pick<PairExplanation, "products">): number[] =>
  largestFirst(products.map(Math.abs), listed);

/** From the product to the weight, a line for each step that there is. */
export function stepsOf(pair: PairExplanation): string[] {
  const { product, scale, softcap, bias, logit, weight, logSumExp } = pair;
  const number = (value: number) => signed(value, 3);
  const before = pair.rotary
    ? [
        `Before they are turned by their positions, q · k = ${number(pair.productBeforeTurn)}; the turn makes it ${number(product)}.`,
      ]
    : [];
  const scaled = `q · k = ${number(product)}; times the scale ${reading(scale)} that is ${number(product * scale)}.`;
  const cap = softcap > 0 ? [`Capped by ${softcap} · tanh(s / ${softcap}).`] : [];
  const added = bias !== 0 ? [`The bias of their positions adds ${number(bias)}.`] : [];
  const end = pair.visible
    ? `The logit is ${number(logit)}; the query’s log-sum-exp is ${number(logSumExp)}, so that the weight is e^(${number(logit)} − ${number(logSumExp)}) = ${reading(weight)}.`
    : `The logit would be ${number(logit)}, but the query may not see the key: the weight is ${reading(weight)}.`;
  return [...before, scaled, ...cap, ...added, end];
}
