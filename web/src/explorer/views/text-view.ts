/** The text as tokens, tinted by the attention that the one in focus gives or receives in the chosen head. */
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { largestFirst, sharesOf, weightsOf } from "../../figure/maps/token-shares";
import { TokenText } from "../../figure/maps/token-text";
import { type Acts, hueOf, kindOf, namesOf, type Place, placeOf, queryOf, quoted, type Scene } from "../scene";
import { headName, type Tint, tints } from "../state";

export class TextView {
  readonly element: HTMLElement;
  private readonly source: TokenText;
  private readonly target: TokenText;
  private readonly targetTitle = el("h3", {}, "Of the decoder");
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly tint: Choice<Tint>;
  private scene: Scene | null = null;

  constructor(private readonly acts: Acts) {
    this.tint = new Choice("tinted by what it", tints, (tint) => acts.change({ tint }));
    const list = (label: string, isTarget: boolean) =>
      new TokenText(label, {
        preview: (token) => acts.hover(token === null ? null : this.placeAt(token, isTarget)),
        toggle: (token) => this.choose(token, isTarget),
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
    this.source.show(text.names);
    this.target.show(text.targetNames ?? none);
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
      list.mark({
        shares: own ? (isQueries ? onQueries : shares) : null,
        focus: isQueries ? query : null,
        other: isKeys ? key : null,
        locked: isQueries ? state.query : null,
      });
    }
    this.sentence.textContent = sentenceOf(scene, tinted);
  }

  /** Where queries and keys stand. */
  private sides(scene: Scene): { queries: TokenText; keys: TokenText } {
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
