/** Two texts, or two models: the same head side by side or as a difference, and heads by how far their rows move. */
import { reading, signed } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import type { HeadWeights } from "../../models/models";
import { areSameSize, comparedNames, hasComparedHead, headsByChange, tokensSentence } from "../comparison";
import { type Acts, type Compared, hueOf, namesOf, type Place, placeOf, quoted, type Scene } from "../scene";
import { headName, type Pairing, pairings } from "../state";
import { cellsOfDifference, type HeadCells, weightsOf } from "./head/head-cells";
import { MapPane } from "./map-pane";
import { shareBar } from "./share-bar";

/** Heads that are listed. */
const listed = 10;
const typingPause = 150;

export class CompareView {
  readonly element: HTMLElement;
  private readonly about = el("p", { class: "facts" });
  private readonly versus = el("textarea", { name: "versus", rows: "2", spellcheck: "false", autocomplete: "off" });
  private readonly model = el("button", { type: "button" });
  private readonly modelName = el("span", {});
  private readonly pairing: Choice<Pairing>;
  private readonly here: MapPane;
  private readonly there: MapPane;
  private readonly difference: MapPane;
  private readonly pair: HTMLElement;
  private readonly found: HTMLElement;
  private readonly sentence = el("p", { class: "reading", "aria-live": "polite" });
  private readonly rankTitle = el("h3", {}, "Heads by how far their rows move");
  private readonly measure = el(
    "p",
    { class: "facts" },
    "mean over the queries of the Jensen-Shannon divergence of a row here and there, in nats: 0 where they are the same, 0.693 where they have nothing in common",
  );
  private readonly rank = el("ol", { class: "effects" });
  private scene: Scene | null = null;
  private cells: { readonly of: readonly unknown[]; readonly here: HeadCells; readonly there: HeadCells } | null = null;
  private apart: { readonly of: readonly unknown[]; readonly cells: HeadCells } | null = null;
  /** In the other map, where the two differ in size. */
  private pointed: Place | null = null;
  private ranked: Scene["comparedDivergence"] | null = null;

  constructor(private readonly acts: Acts) {
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.versus.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => acts.change({ versus: this.versus.value }), typingPause);
    });
    this.model.addEventListener("click", () => (this.scene?.secondName ? acts.closeSecond() : acts.openSecond()));
    this.pairing = new Choice("maps", pairings, (pairing) => acts.change({ pairing }));
    const own = this.events(true);
    this.here = new MapPane("Attention weights here", own, el("figcaption", { class: "map-head" }, "here"));
    this.there = new MapPane(
      "Attention weights there",
      this.events(false),
      el("figcaption", { class: "map-head" }, "there"),
    );
    this.difference = new MapPane("Attention weights there less those here", own);
    this.pair = el("div", { class: "map-pair" }, this.here.element, this.there.element);
    this.found = el(
      "div",
      {},
      el("div", { class: "controls-line" }, this.pairing.element),
      this.pair,
      this.difference.element,
      this.sentence,
      this.rankTitle,
      this.measure,
      this.rank,
    );
    this.rank.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLButtonElement>("button") : null;
      const [layer, head] = (button?.value ?? "").split(".").map(Number);
      if (layer !== undefined && head !== undefined) acts.change({ layer, head });
    });
    this.element = el(
      "div",
      { class: "compare-view" },
      el("div", { class: "view-head" }, el("h2", {}, "Two texts, or two models")),
      el("label", {}, "another text", this.versus),
      el("div", { class: "controls-line" }, this.model, this.modelName),
      this.about,
      this.found,
    );
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { state, model, compared, secondName, palette } = scene;
    this.element.hidden = model.info.kind === "image";
    if (document.activeElement !== this.versus) this.versus.value = state.versus;
    this.model.textContent = secondName === null ? "open a second model" : "close the second model";
    this.modelName.textContent = secondName ?? "";
    const isThere = compared !== null && typeof compared !== "string";
    this.about.textContent = isThere ? tokensSentence(scene, compared) : (compared ?? hint(scene));
    this.found.hidden = !isThere;
    if (!isThere) return;
    const isSame = areSameSize(scene, compared);
    const isDifference = isSame && state.pairing === "difference";
    this.pairing.show(isDifference ? "difference" : "side by side");
    this.pairing.element.hidden = !isSame;
    this.pair.hidden = isDifference;
    this.difference.element.hidden = !isDifference;
    this.element.style.setProperty("--hue", hueOf(palette, state.head));
    this.draw(scene, isDifference);
    this.mark(scene);
    this.showRank(scene, isSame);
  }

  /** Moves the focus; the maps are left alone. */
  mark(scene: Scene): void {
    this.scene = scene;
    const { compared, state } = scene;
    if (!compared || typeof compared === "string") return;
    const place = placeOf(scene);
    const isLocked = state.query !== null;
    this.here.mark(this.cells && place, isLocked);
    this.difference.mark(this.cells && place, isLocked);
    const isSame = areSameSize(scene, compared);
    const there = isSame ? place : this.pointed;
    this.there.mark(this.cells && there, isSame && isLocked);
    this.sentence.textContent = sentenceOf(scene, compared, place, there);
  }

  private draw(scene: Scene, isDifference: boolean): void {
    const { state, palette, head, comparedHead, comparedDifference } = scene;
    const hue = hueOf(palette, state.head);
    this.element.classList.toggle("waiting", !head || !comparedHead || (isDifference && !comparedDifference));
    if (!head || !comparedHead) {
      this.cells = null;
      return;
    }
    const of = [head, comparedHead];
    const isDrawn = (drawn: { readonly of: readonly unknown[] } | null) => of.every((each, i) => each === drawn?.of[i]);
    if (!this.cells || !isDrawn(this.cells)) {
      // One scale for both.
      const largest = Math.max(head.largest, comparedHead.largest);
      this.cells = { of, here: { ...weightsOf(head), largest }, there: { ...weightsOf(comparedHead), largest } };
    }
    const look = { palette, hue, scale: state.scale, names: null };
    if (isDifference) {
      if (!comparedDifference) return;
      const ofDifference = [head, comparedDifference];
      if (!this.apart || ofDifference.some((each, i) => each !== this.apart?.of[i]))
        this.apart = { of: ofDifference, cells: cellsOfDifference(head, comparedDifference) };
      this.difference.show(this.apart.cells, { ...look, words: "attention weight there less that here" }, null);
      return;
    }
    this.here.show(this.cells.here, { ...look, words: "attention weight here" }, null);
    this.there.show(this.cells.there, { ...look, words: "attention weight there" }, null);
  }

  /** Of a map whose places are those of the text that is looked at, or of the other's. */
  private events(isHere: boolean) {
    const isShared = () => {
      const { scene } = this;
      const compared = scene?.compared;
      return isHere || (scene && compared && typeof compared !== "string" && areSameSize(scene, compared)) === true;
    };
    const place = (): Place => {
      if (!isShared()) return this.pointed ?? { query: 0, key: 0 };
      return this.scene ? placeOf(this.scene) : { query: 0, key: 0 };
    };
    const point = (pointed: Place | null) => {
      this.pointed = pointed;
      if (this.scene) this.mark(this.scene);
    };
    const toggle = (next: Place) => {
      if (!isShared()) return point(next);
      const { state } = this.scene ?? {};
      const isLocked = state?.query === next.query && state.key === next.key;
      this.acts.change(isLocked ? { query: null, key: null } : { query: next.query, key: next.key });
    };
    return {
      preview: (next: Place | null) => (isShared() ? this.acts.hover(next) : point(next)),
      toggle,
      release: () => (isShared() ? this.acts.change({ query: null, key: null }) : point(null)),
      move: (next: (from: { query: number; key: number }) => { query: number; key: number }) => {
        const { query, key } = place();
        const moved = next({ query, key: key ?? 0 });
        if (isShared()) this.acts.change({ query: moved.query, key: moved.key });
        else point(moved);
      },
      toggleCurrent: () => toggle(place()),
    };
  }

  private showRank({ comparedDivergence, state }: Scene, isSame: boolean): void {
    this.rankTitle.hidden = !isSame;
    this.measure.hidden = !isSame;
    this.rank.hidden = !isSame;
    if (comparedDivergence === this.ranked) return;
    this.ranked = comparedDivergence;
    const most = headsByChange(comparedDivergence).slice(0, listed);
    const largest = most[0]?.nats || 1;
    this.rank.replaceChildren(
      ...most.map(({ layer, head, nats }) =>
        el(
          "li",
          {},
          el("button", { type: "button", value: `${layer}.${head}` }, headName({ layer, head, kind: state.kind })),
          shareBar(nats / largest),
          el("span", { class: "number" }, reading(nats)),
        ),
      ),
    );
  }
}

const hint = ({ model }: Scene) =>
  `Type another text${model.readsText ? "" : ", as numbers of tokens"}, or open a second model, which reads the same one.`;

const weightAt = ({ weights, keys }: Pick<HeadWeights, "weights" | "keys">, { query, key }: Place) =>
  weights[query * keys + (key ?? 0)] ?? 0;

/** What the same place holds here and there; of texts of different lengths, each place by itself. */
function sentenceOf(scene: Scene, compared: Compared, here: Place, there: Place | null): string {
  const { head, comparedHead, comparedDifference, state } = scene;
  if (!hasComparedHead(scene, compared)) return `The other model has no ${headName(state).toLowerCase()}.`;
  if (!head || !comparedHead) return "";
  const tokens = (names: ReturnType<typeof namesOf>, { query, key }: Place) =>
    `query ${query} ${quoted(names.queries[query])} gives key ${key} ${quoted(names.keys[key ?? 0])}`;
  const parts: string[] = [];
  if (here.key !== null && here.key < head.keys)
    parts.push(`Here ${tokens(namesOf(scene), here)} a weight of ${reading(weightAt(head, here))}.`);
  if (there && there.key !== null && there.key < comparedHead.keys && there.query < comparedHead.queries)
    parts.push(`There ${tokens(comparedNames(scene, compared), there)} ${reading(weightAt(comparedHead, there))}.`);
  if (parts.length === 2 && comparedDifference)
    parts.push(`The difference is ${signed(weightAt({ ...comparedDifference, keys: head.keys }, here), 3)}.`);
  return parts.length > 0 ? parts.join(" ") : "Point at a cell, or move with the arrow keys.";
}
