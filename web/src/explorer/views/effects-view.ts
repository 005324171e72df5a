/** Direct effects: what each head and each feed-forward writes into the logit of a token, or into the difference of two. */
import { signed } from "../../charts/format";
import { el } from "../../controls/el";
import { largestFirst } from "../../figure/maps/token-shares";
import type { DirectEffects } from "../../models/models";
import { type Acts, positionName, positionOf, quoted, type Scene } from "../scene";
import { headName } from "../state";
import { shareBar } from "./share-bar";

/** Parts that are listed, until all are asked for. */
const listed = 10;

export interface Effect {
  readonly name: string;
  readonly value: number;
  readonly head: { readonly layer: number; readonly head: number; readonly isCross: boolean } | null;
}

export class EffectsView {
  readonly element: HTMLElement;
  private readonly about = el("p", { class: "facts" });
  private readonly total = el("p", { class: "reading" });
  private readonly byLayer = el("ol", { class: "effects by-layer" });
  private readonly list = el("ol", { class: "effects by-part" });
  private readonly token = el("select", { name: "effect" });
  private readonly against = el("select", { name: "against" });
  private readonly choices = el(
    "div",
    { class: "controls-line" },
    el("label", { class: "select" }, "logit of ", this.token),
    el("label", { class: "select" }, "less that of ", this.against),
  );
  private readonly more = el("button", { type: "button", "aria-expanded": "false" });
  private isWhole = false;
  private scene: Scene | null = null;
  private drawn: readonly unknown[] = [];
  private offered: unknown = null;

  constructor(private readonly acts: Acts) {
    const idOf = ({ value }: HTMLSelectElement) => (value === "" ? null : Number(value));
    this.token.addEventListener("change", () => acts.change({ effectOf: idOf(this.token) }));
    this.against.addEventListener("change", () => acts.change({ against: idOf(this.against) }));
    this.more.addEventListener("click", () => {
      this.isWhole = !this.isWhole;
      if (this.scene) this.show(this.scene);
    });
    this.element = el(
      "div",
      { class: "effects-view" },
      el("div", { class: "view-head" }, el("h2", {}, "Direct effects"), this.about),
      this.choices,
      this.total,
      el("h3", {}, "Layer by layer"),
      this.byLayer,
      el("h3", {}, "Part by part, the largest first"),
      this.list,
      this.more,
    );
  }

  show(scene: Scene): void {
    const { model, effects, predictions, state } = scene;
    this.scene = scene;
    this.element.hidden = model.info.predicts !== "tokens";
    this.element.style.setProperty("--layers", String(model.info.layers + 2));
    const position = positionOf(scene);
    this.about.textContent = `on what is predicted at token ${position} ${quoted(positionName(scene))}`;
    this.offer(scene);
    this.choices.hidden = typeof effects === "string";
    const parts = [effects, predictions?.plain, state.effectOf, state.against, this.isWhole];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    if (effects === null || typeof effects === "string") {
      this.total.textContent = effects === null ? "" : `${effects.charAt(0).toUpperCase()}${effects.slice(1)}.`;
      for (const list of [this.byLayer, this.list]) list.replaceChildren();
      this.more.hidden = true;
      return;
    }
    const words = state.against === null ? "the logit" : "the difference of the two logits";
    this.total.textContent = `All parts add up to ${words}, ${signed(effects.logit, 3)}: the embedding ${signed(effects.embedding, 3)}, biases ${signed(effects.constant, 3)}, and the parts of the layers.`;
    const all = effectsOf(effects);
    this.more.hidden = all.length <= listed;
    this.more.textContent = this.isWhole ? `the largest ${listed} alone` : `all ${all.length} parts`;
    this.more.setAttribute("aria-expanded", String(this.isWhole));
    const largestParts = largestFirst(
      all.map(({ value }) => Math.abs(value)),
      this.isWhole ? all.length : listed,
    );
    this.list.replaceChildren(...this.rowsOf(largestParts.map((i) => all[i] as Effect)));
    this.byLayer.replaceChildren(...this.rowsOf(effectsByLayer(effects)));
  }

  /** The tokens that are predicted, and those that are chosen. */
  private offer({ predictions, state }: Scene): void {
    const plain = predictions?.plain ?? [];
    const key = JSON.stringify([plain.map(({ id }) => id), state.effectOf, state.against]);
    if (key === this.offered) return;
    this.offered = key;
    const option = (id: number | null, name: string) => el("option", { value: id === null ? "" : String(id) }, name);
    const all = plain.map(({ id, name }) => [id, quoted(name)] as const);
    const with_ = (id: number | null) =>
      id === null || all.some(([each]) => each === id) ? [] : [[id, `token ${id}`] as const];
    const options = (id: number | null, none: string) => [
      option(null, none),
      ...[...all, ...with_(id)].map(([each, name]) => option(each, name)),
    ];
    this.token.replaceChildren(...options(state.effectOf, `the most likely, ${quoted(plain[0]?.name)}`));
    this.against.replaceChildren(...options(state.against, "none"));
    this.token.value = state.effectOf === null ? "" : String(state.effectOf);
    this.against.value = state.against === null ? "" : String(state.against);
  }

  private rowsOf(effects: readonly Effect[]): HTMLElement[] {
    const largest = Math.max(...effects.map(({ value }) => Math.abs(value))) || 1;
    return effects.map(({ name, value, head }) => {
      const label = head ? el("button", { type: "button", class: "name" }, name) : el("span", { class: "name" }, name);
      if (head)
        label.addEventListener("click", () =>
          this.acts.change({ layer: head.layer, head: head.head, kind: head.isCross ? "cross" : null }),
        );
      return el(
        "li",
        {},
        label,
        shareBar(Math.abs(value) / largest, value < 0 ? "less" : ""),
        el("span", { class: "number" }, signed(value, 3)),
      );
    });
  }
}

/** What comes before the layers, and of each layer all its parts together. */
export const effectsByLayer = ({ embedding, constant, layers }: DirectEffects): Effect[] => [
  { name: "Embedding", value: embedding, head: null },
  { name: "Biases", value: constant, head: null },
  ...layers.map((value, layer) => ({ name: `Layer ${layer + 1}`, value, head: null })),
];

/** Every part of every layer, in the order in which they come. */
export function effectsOf({ heads, crossHeads, feedForward }: DirectEffects): Effect[] {
  return feedForward.flatMap((value, layer) => [
    ...(heads[layer] ?? []).map((each, head) => ({
      name: headName({ layer, head }),
      value: each,
      head: { layer, head, isCross: false },
    })),
    ...(crossHeads[layer] ?? []).map((each, head) => ({
      name: headName({ layer, head, kind: "cross" }),
      value: each,
      head: { layer, head, isCross: true },
    })),
    { name: `Layer ${layer + 1}, feed-forward`, value, head: null },
  ]);
}
