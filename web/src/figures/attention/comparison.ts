/** What of several heads is drawn large, and what is taken away from it: two menus. */
import { el } from "../../controls/el";
import { nameOf } from "../../figure/maps/head-name";
import { type AttentionState, type View, views } from "./attention-state";

type Compared = Pick<AttentionState, "view" | "less">;

/** Heads that can be chosen from a menu. */
const mostListed = 1000;

export class Comparison {
  readonly element: HTMLElement;
  private readonly view = el("select", { "aria-label": "show" });
  private readonly less = el("select", { "aria-label": "less" });

  constructor(change: (change: Partial<Compared>) => void) {
    this.view.append(...views.map((name) => new Option(name, name)));
    this.view.addEventListener("change", () => change({ view: this.view.value as View }));
    this.less.addEventListener("change", () => change({ less: this.less.value }));
    this.element = el(
      "div",
      { class: "roles" },
      el("label", {}, "show ", this.view),
      el("label", {}, "less ", this.less),
    );
    this.element.hidden = true;
  }

  /** Another head can be taken away, or the same of another set. */
  offer(shape: Readonly<Record<"layers" | "heads", number>>, sets: readonly string[], { view, less }: Compared): void {
    const count = shape.layers * shape.heads;
    this.element.hidden = count < 2 && sets.length < 1;
    const heads = Array.from({ length: Math.min(count, mostListed) }, (_, i) => {
      const place = `${Math.floor(i / shape.heads) + 1}.${(i % shape.heads) + 1}`;
      return new Option(nameOf(shape, i), place);
    });
    const others = sets.map((name) => new Option(`the same of ${name}`, `set:${name}`));
    this.less.replaceChildren(new Option("nothing", ""), ...others, ...heads);
    this.view.value = view;
    this.less.value = less;
  }
}
