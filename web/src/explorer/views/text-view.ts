/** The text as tokens, tinted by the attention that the one in focus gives or receives in the chosen head. */
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import type { HeadWeights } from "../../models/models";
import { type Acts, hueOf, placeOf, quoted, type Scene } from "../scene";
import { headName, tints } from "../state";

/** The largest weight is mixed so far into the paper: letters stay readable on it. */
const fullTint = 0.5;

export class TextView {
  readonly element: HTMLElement;
  private readonly tokens = el("div", { class: "tokens", role: "group", "aria-label": "Tokens of the text" });
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly tint: Choice<(typeof tints)[number]>;
  private buttons: HTMLButtonElement[] = [];
  private drawn: readonly string[] | null = null;

  constructor(acts: Acts) {
    this.tint = new Choice("tinted by what it", tints, (tint) => acts.change({ tint }));
    this.element = el(
      "div",
      { class: "text-view" },
      this.tokens,
      el("div", { class: "controls-line" }, this.tint.element),
      this.sentence,
    );
    const indexOf = (target: EventTarget | null) => this.buttons.indexOf(target as HTMLButtonElement);
    this.tokens.addEventListener("click", ({ target }) => {
      const query = indexOf(target);
      if (query >= 0) acts.change({ query: this.isLocked(query) ? null : query, key: null });
    });
    const preview = ({ target }: Event) => {
      const query = indexOf(target);
      acts.hover(query >= 0 ? { query, key: null } : null);
    };
    this.tokens.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") preview(event);
    });
    this.tokens.addEventListener("pointerleave", () => acts.hover(null));
    this.tokens.addEventListener("focusin", (event) => {
      if ((event.target as Element).matches(":focus-visible")) preview(event);
    });
    this.tokens.addEventListener("focusout", () => acts.hover(null));
    moveByKeys(this.tokens, () => ({ stops: this.buttons, columns: 1 }));
  }

  show(scene: Scene): void {
    const { text, state, palette } = scene;
    this.tint.show(state.tint);
    if (this.drawn !== text.names) this.draw(text.names);
    this.element.style.setProperty("--hue", hueOf(palette, state.head));
    this.mark(scene);
  }

  /** Tints and outlines anew; the tokens are left alone. */
  mark(scene: Scene): void {
    const { state, head } = scene;
    const { query, key } = placeOf(scene);
    const shares = head ? sharesOf(head, query, state.tint === "gives") : null;
    for (const [i, button] of this.buttons.entries()) {
      const share = shares?.[i] ?? 0;
      button.style.setProperty("--tint", share > 0 ? `${(share * fullTint * 100).toFixed(1)}%` : "0%");
      button.classList.toggle("focus", i === query);
      button.classList.toggle("key", i === key);
      button.setAttribute("aria-pressed", String(i === state.query));
    }
    this.sentence.textContent = sentenceOf(scene);
  }

  private isLocked(query: number): boolean {
    return this.buttons[query]?.getAttribute("aria-pressed") === "true";
  }

  private draw(names: readonly string[]): void {
    this.drawn = names;
    this.buttons = names.map((_, i) =>
      el("button", { type: "button", class: "token", tabindex: i === 0 ? "0" : "-1" }),
    );
    this.tokens.replaceChildren(
      ...names.flatMap((name, i) => {
        const button = this.buttons[i] as HTMLButtonElement;
        button.textContent = name.trim() || (name.includes("\n") ? "⏎" : "␣");
        const parts: (Node | string)[] = /^\s/.test(name) && i > 0 ? [" ", button] : [button, el("wbr")];
        return name.includes("\n") ? [...parts, el("br")] : parts;
      }),
    );
  }
}

type Weights = Pick<HeadWeights, "weights" | "queries" | "keys">;

/** What a token gives to each other as a query, along its row; or receives from each as a key, down its column. */
const weightsOf = ({ weights, queries, keys }: Weights, token: number, gives: boolean): Float32Array =>
  gives
    ? weights.subarray(token * keys, (token + 1) * keys)
    : Float32Array.from({ length: queries }, (_, i) => weights[i * keys + token] ?? 0);

/** The same as shares of the largest. */
export function sharesOf(head: Weights, token: number, gives: boolean): Float32Array {
  const values = weightsOf(head, token, gives);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? values.map((value) => value / most) : values;
}

/** Indices of the largest values, the largest first. */
export function largestFirst(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
    .slice(0, count);
}

function sentenceOf(scene: Scene): string {
  const { head, text, state } = scene;
  const { query } = placeOf(scene);
  if (!head || text.ids.length === 0) return "";
  const gives = state.tint === "gives";
  const values = weightsOf(head, query, gives);
  const most = largestFirst(values, 3)
    .filter((i) => (values[i] as number) > 0)
    .map((i) => `${quoted(text.names[i])} (token ${i}) ${reading(values[i] as number)}`);
  const what = gives ? "gives most of its attention to" : "receives most attention from";
  return `${headName(state)}: token ${query} ${quoted(text.names[query])} ${what} ${most.join(", ")}.`;
}
