/** The text as tokens, tinted by the attention that the one in focus gives or receives in the chosen head. */
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import type { HeadWeights } from "../../models/models";
import { type Acts, hueOf, kindOf, namesOf, type Place, placeOf, queryOf, quoted, type Scene } from "../scene";
import { headName, type Tint, tints } from "../state";

/** The largest weight is mixed so far into the paper: letters stay readable on it. */
const fullTint = 0.5;

/** The tokens of one text; of an encoder-decoder there are two. */
class TokenList {
  readonly element: HTMLElement;
  buttons: HTMLButtonElement[] = [];
  private drawn: readonly string[] | null = null;
  private tints: string[] = [];

  constructor(label: string, acts: { preview: (token: number | null) => void; choose: (token: number) => void }) {
    this.element = el("div", { class: "tokens", role: "group", "aria-label": label });
    const indexOf = (target: EventTarget | null) => this.buttons.indexOf(target as HTMLButtonElement);
    this.element.addEventListener("click", ({ target }) => {
      const token = indexOf(target);
      if (token >= 0) acts.choose(token);
    });
    const preview = ({ target }: Event) => {
      const token = indexOf(target);
      acts.preview(token >= 0 ? token : null);
    };
    this.element.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") preview(event);
    });
    this.element.addEventListener("pointerleave", () => acts.preview(null));
    this.element.addEventListener("focusin", (event) => {
      if ((event.target as Element).matches(":focus-visible")) preview(event);
    });
    this.element.addEventListener("focusout", () => acts.preview(null));
    moveByKeys(this.element, () => ({ stops: this.buttons, columns: 1 }));
  }

  draw(names: readonly string[]): void {
    if (this.drawn === names) return;
    this.drawn = names;
    this.tints = [];
    this.buttons = names.map((_, i) =>
      el("button", { type: "button", class: "token", tabindex: i === 0 ? "0" : "-1" }),
    );
    this.element.replaceChildren(
      ...names.flatMap((name, i) => {
        const button = this.buttons[i] as HTMLButtonElement;
        button.textContent = name.trim() || (name.includes("\n") ? "⏎" : "␣");
        const parts: (Node | string)[] = /^\s/.test(name) && i > 0 ? [" ", button] : [button, el("wbr")];
        return name.includes("\n") ? [...parts, el("br")] : parts;
      }),
    );
  }

  /** Of each token its share of the full tint, and which are in focus; only what has changed is touched. */
  mark(shares: ArrayLike<number> | null, focus: number | null, key: number | null, pressed: number | null): void {
    for (const [i, button] of this.buttons.entries()) {
      const share = shares?.[i] ?? 0;
      const tint = `${share > 0 ? (share * fullTint * 100).toFixed(1) : 0}% ${i === focus} ${i === key} ${i === pressed}`;
      if (this.tints[i] === tint) continue;
      this.tints[i] = tint;
      button.style.setProperty("--tint", tint.split(" ")[0] ?? "0%");
      button.classList.toggle("focus", i === focus);
      button.classList.toggle("key", i === key);
      button.setAttribute("aria-pressed", String(i === pressed));
    }
  }
}

export class TextView {
  readonly element: HTMLElement;
  private readonly source: TokenList;
  private readonly target: TokenList;
  private readonly targetTitle = el("h3", {}, "Of the decoder");
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly tint: Choice<Tint>;
  private scene: Scene | null = null;

  constructor(private readonly acts: Acts) {
    this.tint = new Choice("tinted by what it", tints, (tint) => acts.change({ tint }));
    const list = (label: string, isTarget: boolean) =>
      new TokenList(label, {
        preview: (token) => acts.hover(token === null ? null : this.placeAt(token, isTarget)),
        choose: (token) => this.choose(token, isTarget),
      });
    this.source = list("Tokens of the text", false);
    this.target = list("Tokens of the decoder", true);
    this.element = el(
      "div",
      { class: "text-view" },
      this.source.element,
      this.targetTitle,
      this.target.element,
      el("div", { class: "controls-line" }, this.tint.element),
      this.sentence,
    );
  }

  show(scene: Scene): void {
    const { text, state, palette } = scene;
    this.scene = scene;
    this.tint.show(state.tint);
    this.source.draw(text.names);
    this.target.draw(text.targetNames ?? none);
    this.targetTitle.hidden = text.targetNames === undefined;
    this.target.element.hidden = text.targetNames === undefined;
    this.element.style.setProperty("--hue", hueOf(palette, state.tint === "rollout" ? null : state.head));
    this.mark(scene);
  }

  /** Tints and outlines anew; the tokens are left alone. */
  mark(scene: Scene): void {
    this.scene = scene;
    const { state } = scene;
    const { query, key } = placeOf(scene);
    const { queries, keys } = this.sides(scene);
    const tinted = tintOf(scene);
    const receives = state.tint === "receives";
    const shares = tinted && sharesOf(tinted.values);
    const onQueries = receives ? shares : queries === keys ? shares : null;
    for (const list of [this.source, this.target]) {
      const isQueries = list === queries;
      const isKeys = list === keys;
      const own = receives ? isQueries : isKeys;
      list.mark(
        own ? (isQueries ? onQueries : shares) : null,
        isQueries ? query : null,
        isKeys ? key : null,
        isQueries ? state.query : null,
      );
    }
    this.sentence.textContent = sentenceOf(scene, tinted);
  }

  /** Where queries and keys stand. */
  private sides(scene: Scene): { queries: TokenList; keys: TokenList } {
    const kind = kindOf(scene);
    const hasTarget = scene.text.targetNames !== undefined;
    if (kind === "cross") return { queries: this.target, keys: this.source };
    const own = hasTarget && kind === "decoder" ? this.target : this.source;
    return { queries: own, keys: own };
  }

  private placeAt(token: number, isTarget: boolean): Place | null {
    const { scene } = this;
    if (!scene) return null;
    const { queries, keys } = this.sides(scene);
    const list = isTarget ? this.target : this.source;
    if (list === queries) return { query: token, key: null };
    return list === keys ? { query: queryOf(scene), key: token } : null;
  }

  private choose(token: number, isTarget: boolean): void {
    const { scene } = this;
    const place = this.placeAt(token, isTarget);
    if (!scene || !place) return;
    const { state } = scene;
    if (place.key === null) this.acts.change({ query: state.query === place.query ? null : place.query, key: null });
    else this.acts.change({ query: place.query, key: state.key === place.key ? null : place.key });
  }
}

const none: readonly string[] = [];

interface Tinted {
  /** The token that it is about, and its name. */
  readonly token: number;
  readonly name: string | undefined;
  /** Of each token on the other side. */
  readonly values: Float32Array;
  readonly names: readonly string[];
}

/** By what tokens are tinted; null while it is computed. */
export function tintOf(scene: Scene): Tinted | null {
  const { head, state, rollout } = scene;
  const { query, key } = placeOf(scene);
  const { queries, keys } = namesOf(scene);
  if (state.tint === "rollout") {
    const token = queryOf(scene);
    return rollout && { token, name: queries[token], values: rollout, names: keys };
  }
  if (!head) return null;
  if (state.tint === "gives")
    return query < head.queries
      ? { token: query, name: queries[query], values: weightsOf(head, query, true), names: keys }
      : null;
  const token = kindOf(scene) === "cross" ? (key ?? 0) : query;
  return token < head.keys ? { token, name: keys[token], values: weightsOf(head, token, false), names: queries } : null;
}

type Weights = Pick<HeadWeights, "weights" | "queries" | "keys">;

/** What a token gives to each other as a query, along its row; or receives from each as a key, down its column. */
export const weightsOf = ({ weights, queries, keys }: Weights, token: number, gives: boolean): Float32Array =>
  gives
    ? weights.subarray(token * keys, (token + 1) * keys)
    : Float32Array.from({ length: queries }, (_, i) => weights[i * keys + token] ?? 0);

/** As shares of the largest. */
export function sharesOf(values: Float32Array): Float32Array {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? values.map((value) => value / most) : values;
}

/** Indices of the largest values, the largest first. */
export function largestFirst(values: ArrayLike<number>, count: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
    .slice(0, count);
}

function sentenceOf(scene: Scene, tinted: Tinted | null): string {
  const { state } = scene;
  if (state.tint === "rollout" && kindOf(scene) === "cross")
    return "Rollout is of a text’s attention to itself: choose the encoder or the decoder.";
  if (!tinted) return "";
  const { token, name, values, names } = tinted;
  const most = largestFirst(values, 3)
    .filter((i) => (values[i] as number) > 0)
    .map((i) => `${quoted(names[i])} (token ${i}) ${reading(values[i] as number)}`);
  if (state.tint === "rollout")
    return `By rollout over all layers, token ${token} ${quoted(name)} draws most on ${most.join(", ")}.`;
  const what = state.tint === "gives" ? "gives most of its attention to" : "receives most attention from";
  return `${headName(state)}: token ${token} ${quoted(name)} ${what} ${most.join(", ")}.`;
}
