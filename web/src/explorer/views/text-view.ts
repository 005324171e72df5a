/** The text as tokens or words, tinted by the attention that the one in focus, or those chosen, give or receive in the chosen head. */
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { largestFirst, sharesOf } from "../../figure/maps/token-shares";
import { TokenText } from "../../figure/maps/token-text";
import { type Acts, hueOf, kindOf, type Place, placeOf, queryOf, quoted, type Scene } from "../scene";
import { headName, type Tint, tints } from "../state";
import { focusOf, groupsAt, type Tinted, tintOf } from "../tint";
import { groupAt, groupsOfText, type TokenGroup } from "../token-groups";
import type { EncodedText } from "../worker/protocol";

interface Side {
  readonly list: TokenText;
  readonly isTarget: boolean;
  /** The tokens, or words, that the list shows. */
  groups: readonly TokenGroup[];
}

export class TextView {
  readonly element: HTMLElement;
  private readonly source: Side;
  private readonly target: Side;
  private readonly targetTitle = el("h3", {}, "Of the decoder");
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly tint: Choice<Tint>;
  private readonly words = el("input", { type: "checkbox", name: "words" });
  private readonly wordsLabel: HTMLElement;
  private readonly several = el("input", { type: "checkbox", name: "several" });
  private scene: Scene | null = null;
  private grouped: readonly unknown[] = [];

  constructor(private readonly acts: Acts) {
    this.tint = new Choice("tinted by what it", tints, (tint) => acts.change({ tint }));
    const side = (label: string, isTarget: boolean): Side => ({
      list: new TokenText(label, {
        preview: (group) => acts.hover(group === null ? null : this.placeAt(group, isTarget)),
        toggle: (group, adds) => this.choose(group, isTarget, adds || this.several.checked),
      }),
      isTarget,
      groups: [],
    });
    this.source = side("Tokens of the text", false);
    this.target = side("Tokens of the decoder", true);
    this.words.addEventListener("change", () => acts.change({ words: this.words.checked }));
    this.wordsLabel = el(
      "label",
      { title: "The weight to a word is the sum over its tokens, that from a word the mean over them." },
      this.words,
      " join the tokens of a word",
    );
    this.element = el(
      "div",
      { class: "text-view" },
      this.source.list.element,
      this.targetTitle,
      this.target.list.element,
      el(
        "div",
        { class: "controls-line" },
        this.tint.element,
        this.wordsLabel,
        el(
          "label",
          { title: "Also by Shift and a click: the mean of what they give, the sum of what they receive." },
          this.several,
          " choose several",
        ),
      ),
      this.sentence,
    );
  }

  show(scene: Scene): void {
    const { text, state, palette } = scene;
    this.scene = scene;
    this.tint.show(state.tint);
    this.words.checked = state.words;
    this.wordsLabel.hidden = text.words === undefined;
    this.group(text, state.words);
    this.targetTitle.hidden = text.targetNames === undefined;
    this.target.list.element.hidden = text.targetNames === undefined;
    this.element.style.setProperty("--hue", hueOf(palette, state.tint === "rollout" ? null : state.head));
    this.mark(scene);
  }

  private group(text: EncodedText, joined: boolean): void {
    if (this.grouped[0] === text && this.grouped[1] === joined) return;
    this.grouped = [text, joined];
    this.source.groups = groupsOfText(text.names, text.words, joined);
    this.target.groups = groupsOfText(text.targetNames ?? [], text.targetWords, joined);
    for (const { list, groups: shown } of [this.source, this.target]) list.show(shown.map(({ name }) => name));
  }

  /** Tints and outlines anew; the tokens are left alone. */
  mark(scene: Scene): void {
    this.scene = scene;
    const { state } = scene;
    const { key } = placeOf(scene);
    const { queries, keys } = this.sides(scene);
    const tinted = tintOf(scene, { queries: queries.groups, keys: keys.groups });
    const receives = state.tint === "receives";
    const shares = tinted && sharesOf(tinted.values);
    const inFocus = groupsAt(focusOf(scene), queries.groups);
    const locked = state.query === null ? [] : groupsAt([state.query, ...state.also], queries.groups);
    for (const side of [this.source, this.target]) {
      const isQueries = side === queries;
      const isKeys = side === keys;
      side.list.mark({
        shares: (receives ? isQueries : isKeys) ? shares : null,
        focus: isQueries ? inFocus : [],
        other: isKeys && key !== null ? groupAt(keys.groups, key) : null,
        locked: isQueries ? locked : [],
      });
    }
    this.sentence.textContent = sentenceOf(scene, tinted);
  }

  /** Where queries and keys stand. */
  private sides(scene: Scene): { queries: Side; keys: Side } {
    const kind = kindOf(scene);
    const hasTarget = scene.text.targetNames !== undefined;
    if (kind === "cross") return { queries: this.target, keys: this.source };
    const own = hasTarget && kind === "decoder" ? this.target : this.source;
    return { queries: own, keys: own };
  }

  /** A word is where it ends: there the model has read all of it. */
  private placeAt(group: number, isTarget: boolean): Place | null {
    const { scene } = this;
    if (!scene) return null;
    const { queries, keys } = this.sides(scene);
    const side = isTarget ? this.target : this.source;
    const found = side.groups[group];
    if (!found) return null;
    if (side === queries) return { query: found.end - 1, key: null };
    return side === keys ? { query: queryOf(scene), key: found.first } : null;
  }

  private choose(group: number, isTarget: boolean, adds: boolean): void {
    const { scene } = this;
    const place = this.placeAt(group, isTarget);
    if (!scene || !place) return;
    const { state } = scene;
    if (place.key !== null) {
      this.acts.change({ query: place.query, key: state.key === place.key ? null : place.key });
      return;
    }
    const chosen = state.query === null ? [] : [state.query, ...state.also];
    const isChosen = chosen.includes(place.query);
    const others = chosen.filter((token) => token !== place.query);
    const [query = null, ...also] = adds
      ? isChosen
        ? others
        : [...chosen, place.query]
      : isChosen
        ? []
        : [place.query];
    this.acts.change({ query, also, key: null });
  }
}

/** "token 3", "tokens 3–5". */
const numbersOf = ({ first, end }: TokenGroup) => (end - first === 1 ? `token ${first}` : `tokens ${first}–${end - 1}`);

function sentenceOf(scene: Scene, tinted: Tinted | null): string {
  const { state } = scene;
  if (state.tint === "rollout" && kindOf(scene) === "cross")
    return "Rollout is of a text’s attention to itself: choose the encoder or the decoder.";
  if (!tinted) return "";
  const { of, values, groups } = tinted;
  const most = largestFirst(values, 3)
    .filter((i) => (values[i] as number) > 0)
    .map((i) => `${quoted(groups[i]?.name)} (${numbersOf(groups[i] as TokenGroup)}) ${reading(values[i] as number)}`)
    .join(", ");
  const subject = of.map((group) => `${numbersOf(group)} ${quoted(group.name)}`);
  if (state.tint === "rollout") return `By rollout over all layers, ${subject[0]} draws most on ${most}.`;
  const [one] = of;
  const isOne = of.length === 1;
  const verb = (singular: string, plural: string) => (isOne ? singular : plural);
  const what =
    state.tint === "gives"
      ? `${verb("gives most of its", "on average give most of their")} attention to`
      : verb("receives most attention from", "together receive most attention from");
  const many = one && one.end - one.first > 1;
  const how = isOne && many ? ` (${state.tint === "gives" ? "mean" : "sum"} over its tokens)` : "";
  return `${headName(state)}: ${subject.join(", ")} ${what} ${most}${how}.`;
}
