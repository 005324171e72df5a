/** One head: its map with the exact number of the cell in focus, and the query's row, the largest weights first. */

import { type ColorScale, colorScales, logFloor, scaledWeights } from "../../charts/color/color-scale";
import { ScaleBar } from "../../charts/color/scale-bar";
import { exact, reading } from "../../charts/format";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { isVisible } from "../../charts/heatmap/raster";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { mapBody } from "../../figure/maps/map-body";
import type { HeadWeights } from "../../models/models";
import { type Acts, hueOf, type Place, placeOf, quoted, type Scene } from "../scene";
import { headName, isSameHead, toggleHead, togglePair } from "../state";
import { largestFirst } from "./text-view";

/** Rows of the table of a query's keys. */
const listed = 6;
/** Up to this many tokens have their names along the axes. */
const namedTicks = 400;

export class HeadView {
  readonly element: HTMLElement;
  private readonly title = el("h2", { class: "head-title" });
  private readonly facts = el("p", { class: "facts" });
  private readonly heatmap: Heatmap;
  private readonly bar = new ScaleBar();
  private readonly sentence = el("p", { class: "reading", id: "reading", "aria-live": "polite" });
  private readonly exact = el("p", { class: "exact" });
  private readonly row = el("ol", { class: "row-weights" });
  private readonly scale: Choice<(typeof colorScales)[number]>;
  private readonly mean = el("button", { type: "button" });
  private readonly off = el("button", { type: "button" });
  private readonly hide = el("button", { type: "button" });
  private scene: Scene | null = null;
  private drawn: readonly unknown[] = [];

  constructor(private readonly acts: Acts) {
    this.heatmap = new Heatmap(
      "Attention weights of the chosen head",
      { ticks: true },
      {
        preview: (place) => acts.hover(place),
        toggle: (place) => this.lock(place),
        release: () => acts.change({ query: null, key: null }),
        move: (next) => {
          const { query, key } = this.place();
          acts.change(next({ query, key: key ?? 0 }));
        },
        toggleCurrent: () => this.lock(this.place()),
      },
    );
    this.scale = new Choice("scale", colorScales, (scale) => acts.change({ scale }));
    this.mean.addEventListener("click", () => this.toggleMean());
    this.off.addEventListener("click", () => this.switchHead());
    this.hide.addEventListener("click", () => this.hidePair());
    this.element = el(
      "div",
      { class: "head-view" },
      el("div", { class: "view-head" }, this.title, this.facts),
      el("div", { class: "controls-line" }, this.scale.element, this.mean),
      el("figure", { class: "map single" }, mapBody(this.heatmap.element), this.bar.element),
      this.sentence,
      this.exact,
      el("div", { class: "controls-line acts" }, this.off, this.hide),
      el("h3", {}, "The query’s row, largest first"),
      this.row,
    );
    this.bar.reserve(1, barCaption("linear"));
    let width = 0;
    new ResizeObserver(([entry]) => {
      const now = entry?.contentRect.width ?? 0;
      if (now === width || now === 0) return;
      width = now;
      this.heatmap.measure();
      this.heatmap.resize();
      this.bar.measure();
      this.bar.resize();
    }).observe(this.heatmap.element);
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { state, head, palette, model } = scene;
    const hue = hueOf(palette, state.head);
    this.element.style.setProperty("--hue", hue);
    this.title.textContent = headName(state);
    this.scale.show(state.scale);
    this.showFacts(scene);
    this.mean.textContent = state.head === null ? "one head" : `mean of the layer’s ${model.info.heads} heads`;
    if (head) this.draw(scene, head, hue);
    this.element.classList.toggle("waiting", head === null);
    this.mark(scene);
  }

  /** What is known of the head from all of its weights. */
  showFacts({ state, layers }: Scene): void {
    const report = state.head === null ? undefined : layers[state.layer]?.[state.head];
    this.facts.textContent = report
      ? `${report.label} · mean normalised entropy ${report.entropy.toFixed(2)} · attentions[${state.layer}][0, ${state.head}] in transformers`
      : "";
  }

  /** Moves the focus; the map is left alone. */
  mark(scene: Scene): void {
    this.scene = scene;
    const { head, text, state } = scene;
    const place = this.place();
    this.heatmap.mark(text.ids.length > 0 ? place : null);
    this.heatmap.element.parentElement?.classList.toggle("locked", state.query !== null);
    this.sentence.textContent = head ? sentenceOf(scene, head, place) : "";
    this.exact.textContent = head ? exactOf(head, place) : "";
    this.showActs(scene, place);
    this.showRow(scene, place);
  }

  private draw(scene: Scene, head: HeadWeights, hue: string): void {
    const { state, palette, text } = scene;
    const parts = [head, hue, palette.paper, state.scale, text.names];
    if (parts.every((part, i) => part === this.drawn[i])) return;
    this.drawn = parts;
    const isNamed = text.names.length <= namedTicks;
    const nameAt = (i: number) => text.names[i]?.trim() || String(i);
    this.heatmap.nameTicks(isNamed ? { query: nameAt, key: nameAt } : null);
    this.heatmap.measure();
    const { paper, ink } = palette;
    const isLinear = state.scale === "linear";
    const style = { paper, ink, hue, max: isLinear ? head.largest : 1 };
    this.heatmap.show(isLinear ? head : scaledWeights(head, state.scale, head.largest), style);
    this.bar.measure();
    const isOfRow = state.scale === "row maximum";
    const from = state.scale === "log" ? head.largest * logFloor : 0;
    this.bar.show(isOfRow ? 1 : head.largest, paper, [hue], barCaption(state.scale), from);
  }

  private place(): Place {
    return this.scene ? placeOf(this.scene) : { query: 0, key: null };
  }

  private lock(place: Place): void {
    const { state } = this.scene ?? {};
    const isLocked = state?.query === place.query && state?.key === place.key;
    this.acts.change(isLocked ? { query: null, key: null } : place);
  }

  private toggleMean(): void {
    const state = this.scene?.state;
    if (state) this.acts.change({ head: state.head === null ? 0 : null });
  }

  private switchHead(): void {
    const { state } = this.scene ?? {};
    if (state && state.head !== null)
      this.acts.change({ changes: toggleHead(state.changes, { layer: state.layer, head: state.head }) });
  }

  private hidePair(): void {
    const { state } = this.scene ?? {};
    const { query, key } = this.place();
    if (state && state.head !== null && key !== null)
      this.acts.change({ changes: togglePair(state.changes, { layer: state.layer, head: state.head, query, key }) });
  }

  private showActs({ state, model, head }: Scene, { query, key }: Place): void {
    const { layer, head: chosen } = state;
    const place = chosen === null ? null : { layer, head: chosen };
    const canChange = place !== null && model.predictsTokens;
    const canHide = canChange && state.key !== null && head !== null && isVisible(head, query, key ?? 0);
    const isOff = place !== null && state.changes.ablate.some((each) => isSameHead(each, place));
    const isHidden =
      place !== null &&
      state.changes.mask.some(
        (each) => isSameHead(each, place) && each.query === state.query && each.key === state.key,
      );
    this.off.hidden = !canChange;
    this.off.textContent = isOff ? "switch this head on" : "what if this head were off?";
    this.hide.hidden = !canHide;
    this.hide.textContent = isHidden ? "show this key to the query" : "what if the query could not see this key?";
  }

  private showRow({ head, text }: Scene, { query, key }: Place): void {
    if (!head || query >= head.queries) {
      this.row.replaceChildren();
      return;
    }
    const values = head.weights.subarray(query * head.keys, (query + 1) * head.keys);
    const most = largestFirst(values, listed);
    const largest = values[most[0] ?? 0] || 1;
    this.row.replaceChildren(
      ...most.map((i) => {
        const bar = el("span", { class: "bar", "aria-hidden": "true" });
        bar.style.setProperty("--share", `${(((values[i] as number) / largest) * 100).toFixed(1)}%`);
        const item = el(
          "li",
          {},
          el("span", { class: "name" }, `${i} ${quoted(text.names[i])}`),
          el("span", { class: "track" }, bar),
          el("span", { class: "number" }, reading(values[i] as number)),
        );
        item.classList.toggle("key", i === key);
        return item;
      }),
    );
  }
}

const barCaption = (scale: ColorScale) =>
  `${scale === "row maximum" ? "weight as a share of the row’s largest" : `attention weight, ${scale} scale up to the largest`}; hatched: the query may not see the key`;

function sentenceOf({ text }: Scene, head: HeadWeights, { query, key }: Place): string {
  const from = `Query ${query} ${quoted(text.names[query])}`;
  if (key === null || key >= head.keys) {
    return `${from} sees ${head.visibleKeys[query] ?? 0} keys. Point at a cell, or move with the arrow keys.`;
  }
  const to = `key ${key} ${quoted(text.names[key])}`;
  return isVisible(head, query, key)
    ? `${from} gives ${to} a weight of ${reading(head.weights[query * head.keys + key] ?? 0)}.`
    : `${from} may not see ${to}.`;
}

function exactOf(head: HeadWeights, { query, key }: Place): string {
  const entropy = `entropy of the query ${exact(head.entropy[query] ?? 0)} nats over ${head.visibleKeys[query] ?? 0} visible keys`;
  if (key === null || key >= head.keys || !isVisible(head, query, key)) return entropy;
  return `weight ${exact(head.weights[query * head.keys + key] ?? 0)} · ${entropy}`;
}
