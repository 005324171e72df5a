/** One head: its map or its lines, with the exact number of the cell in focus, and the query's row, the largest first. */

import { type ColorScale, colorScales } from "../../charts/color/color-scale";
import { exact, reading, signed } from "../../charts/format";
import { isVisible } from "../../charts/heatmap/raster";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { largestFirst } from "../../figure/maps/token-shares";
import type { HeadWeights } from "../../models/models";
import { type Acts, hueOf, mainKind, namesOf, type Place, placeOf, quoted, type Scene } from "../scene";
import {
  blocks,
  type CellValue,
  cellValues,
  comparisons,
  drawings,
  type ExplorerState,
  headName,
  isChanged,
  isSameHead,
  toggleHead,
  togglePair,
} from "../state";
import { Arcs } from "./arcs";
import { cellsOf, type HeadCells, isLogit } from "./head-cells";
import { MapPane } from "./map-pane";
import { shareBar } from "./share-bar";

/** Rows of the table of a query's keys. */
const listed = 6;
/** Up to this many tokens have their names along the axes. */
const namedTicks = 400;

/** What the numbers of a map are called. */
const valueWords: Readonly<Record<CellValue, string>> = {
  weight: "attention weight",
  "without first key": "share of what does not go to the first key",
  product: "product q · k",
  logit: "scaled logit",
  "masked logit": "masked logit",
  "weighted norm": "weight × norm of the transformed value",
};

export class HeadView {
  readonly element: HTMLElement;
  private readonly title = el("h2", { class: "head-title" });
  private readonly facts = el("p", { class: "facts" });
  private readonly arcs = new Arcs();
  private readonly map: MapPane;
  private readonly sentence = el("p", { class: "reading", id: "reading", "aria-live": "polite" });
  private readonly exact = el("p", { class: "exact" });
  private readonly rowTitle = el("h3", {});
  private readonly row = el("ol", { class: "row-weights" });
  private readonly scale: Choice<ColorScale>;
  private readonly drawing: Choice<(typeof drawings)[number]>;
  private readonly block: Choice<(typeof blocks)[number]>;
  private readonly comparison: Choice<(typeof comparisons)[number]>;
  private readonly value: HTMLSelectElement;
  private readonly mean = el("button", { type: "button" });
  private readonly off = el("button", { type: "button" });
  private readonly hide = el("button", { type: "button" });
  private scene: Scene | null = null;
  private cells: HeadCells | null = null;
  private cellsFor: readonly unknown[] = [];

  constructor(private readonly acts: Acts) {
    this.map = new MapPane("Attention weights of the chosen head", {
      preview: (place) => acts.hover(place && this.outer(place)),
      toggle: (place) => this.lock(this.outer(place)),
      release: () => acts.change({ query: null, key: null }),
      move: (next) => {
        const { query, key } = this.inner(this.place()) ?? { query: 0, key: 0 };
        acts.change(this.outer(next({ query, key: key ?? 0 })));
      },
      toggleCurrent: () => this.lock(this.place()),
    });
    this.scale = new Choice("scale", colorScales, (scale) => acts.change({ scale }));
    this.drawing = new Choice("drawn as", drawings, (drawing) => acts.change({ drawing }));
    this.block = new Choice("texts", blocks, (block) => acts.change({ block }));
    this.comparison = new Choice("run", comparisons, (comparison) => acts.change({ comparison }));
    this.value = el(
      "select",
      { name: "value" },
      ...cellValues.map((value) => el("option", { value }, valueWords[value])),
    );
    this.value.addEventListener("change", () => acts.change({ value: this.value.value as CellValue }));
    this.mean.addEventListener("click", () => this.toggleMean());
    this.off.addEventListener("click", () => this.switchHead());
    this.hide.addEventListener("click", () => this.hidePair());
    this.element = el(
      "div",
      { class: "head-view" },
      el("div", { class: "view-head" }, this.title, this.facts),
      el(
        "div",
        { class: "controls-line" },
        el("label", { class: "select" }, "cells: ", this.value),
        this.scale.element,
        this.drawing.element,
        this.block.element,
        this.comparison.element,
        this.mean,
      ),
      this.map.element,
      this.arcs.element,
      this.sentence,
      this.exact,
      el("div", { class: "controls-line acts" }, this.off, this.hide),
      this.rowTitle,
      this.row,
    );
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { state, palette, text } = scene;
    const hue = hueOf(palette, state.head);
    this.element.style.setProperty("--hue", hue);
    this.title.textContent = headName(state);
    this.scale.show(state.scale);
    this.drawing.show(state.drawing);
    this.block.show(state.block);
    this.comparison.show(state.comparison);
    this.value.value = state.head === null ? "weight" : state.value;
    this.value.disabled = state.head === null;
    this.block.element.hidden = !text.sequenceIds?.includes(1);
    this.comparison.element.hidden = !isChanged(state.changes);
    this.showFacts(scene);
    const heads =
      scene.attentions.find(({ kind }) => kind === (state.kind ?? mainKind(scene)))?.heads[state.layer] ?? 0;
    this.mean.textContent = state.head === null ? "one head" : `mean of the layer’s ${heads} heads`;
    const cells = this.cellsOf(scene);
    const areArcs = state.drawing === "arcs" && cells?.isSigned !== true;
    this.map.element.hidden = areArcs;
    this.arcs.element.hidden = !areArcs;
    if (areArcs) this.arcs.show(cells, namesOf(scene));
    else if (cells) this.draw(scene, cells, hue);
    this.element.classList.toggle("waiting", cells === null);
    this.mark(scene);
  }

  /** What is known of the head from all of its weights. */
  showFacts({ state, layers }: Scene): void {
    const report = state.head === null ? undefined : layers[state.layer]?.[state.head];
    this.facts.textContent = report
      ? `${report.label} · mean normalised entropy ${report.entropy.toFixed(2)} · ${transformersName(state)}`
      : "";
  }

  /** Moves the focus; the map is left alone. */
  mark(scene: Scene): void {
    this.scene = scene;
    const { head, state } = scene;
    const place = this.place();
    const { cells } = this;
    this.map.mark(cells ? this.inner(place) : null, state.query !== null);
    this.sentence.textContent = head && cells ? sentenceOf(scene, head, cells, place) : "";
    this.exact.textContent = head && cells ? exactOf(scene, head, cells, place) : "";
    this.showActs(scene, place);
    this.showRow(scene, cells, place);
  }

  private cellsOf(scene: Scene): HeadCells | null {
    const { head, changedHead, values, state, text } = scene;
    const from = [head, changedHead, values, state.value, state.comparison, state.block, text];
    if (from.every((part, i) => part === this.cellsFor[i])) return this.cells;
    this.cellsFor = from;
    this.cells = cellsOf(scene);
    return this.cells;
  }

  private draw(scene: Scene, cells: HeadCells, hue: string): void {
    const { state, palette, text } = scene;
    const { queries, keys } = namesOf(scene);
    const isNamed = Math.max(cells.queries, cells.keys) <= namedTicks;
    const nameAt = (names: readonly string[], i: number) => names[i]?.trim() || String(i);
    const names = isNamed
      ? {
          query: (i: number) => nameAt(queries, i + cells.firstQuery),
          key: (i: number) => nameAt(keys, i + cells.firstKey),
        }
      : null;
    this.map.show(cells, { palette, hue, scale: state.scale, words: wordsOf(state), names }, text);
  }

  private place(): Place {
    return this.scene ? placeOf(this.scene) : { query: 0, key: null };
  }

  /** A place of the part of the map that is drawn, among all. */
  private outer<T extends Place>(place: T): T {
    const { firstQuery = 0, firstKey = 0 } = this.cells ?? {};
    return { ...place, query: place.query + firstQuery, key: place.key === null ? null : place.key + firstKey };
  }

  /** And back; null outside of it. */
  private inner({ query, key }: Place): Place | null {
    const { cells } = this;
    if (!cells) return null;
    const row = query - cells.firstQuery;
    const column = key === null ? null : key - cells.firstKey;
    if (row < 0 || row >= cells.queries) return null;
    return { query: row, key: column !== null && column >= 0 && column < cells.keys ? column : null };
  }

  private lock(place: Place): void {
    const { state } = this.scene ?? {};
    const isLocked = state?.query === place.query && state?.key === place.key;
    this.acts.change(isLocked ? { query: null, key: null } : { query: place.query, key: place.key });
  }

  private toggleMean(): void {
    const state = this.scene?.state;
    if (state) this.acts.change({ head: state.head === null ? 0 : null });
  }

  private switchHead(): void {
    const { state } = this.scene ?? {};
    const head = state && placeOfHead(state);
    if (head) this.acts.change({ changes: toggleHead(state.changes, head) });
  }

  private hidePair(): void {
    const { state } = this.scene ?? {};
    const { query, key } = this.place();
    const head = state && placeOfHead(state);
    if (head && key !== null) this.acts.change({ changes: togglePair(state.changes, { ...head, query, key }) });
  }

  private showActs({ state, model, head }: Scene, { query, key }: Place): void {
    const place = placeOfHead(state);
    const canChange = place !== null && model.info.predicts !== "nothing";
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

  private showRow(scene: Scene, cells: HeadCells | null, place: Place): void {
    const inner = this.inner(place);
    if (!cells || !inner) {
      this.rowTitle.textContent = "The query’s row, largest first";
      this.row.replaceChildren();
      return;
    }
    const { keys } = namesOf(scene);
    const values = cells.weights.subarray(inner.query * cells.keys, (inner.query + 1) * cells.keys);
    const sizes = cells.isSigned ? values.map(Math.abs) : values;
    const most = largestFirst(sizes, listed).filter((i) => isVisible(cells, inner.query, i));
    const largest = sizes[most[0] ?? 0] || 1;
    this.rowTitle.textContent = cells.isSigned
      ? "The query’s row, furthest from 0 first"
      : "The query’s row, largest first";
    this.row.replaceChildren(
      ...most.map((i) => {
        const at = i + cells.firstKey;
        const item = el(
          "li",
          {},
          el("span", { class: "name" }, `${at} ${quoted(keys[at])}`),
          shareBar((sizes[i] as number) / largest),
          el("span", { class: "number" }, textOf(cells, values[i] as number)),
        );
        item.classList.toggle("key", at === place.key);
        return item;
      }),
    );
  }
}

const placeOfHead = ({ layer, head, kind }: ExplorerState) =>
  head === null ? null : { layer, head, ...(kind && { kind }) };

/** "attentions[0][0, 3] in transformers" */
function transformersName({ layer, head, kind }: ExplorerState): string {
  const list = kind === "encoder" ? "encoder_attentions" : kind === "cross" ? "cross_attentions" : "attentions";
  return `${list}[${layer}][0, ${head}] in transformers`;
}

const wordsOf = ({ value, comparison, head }: ExplorerState) => {
  const words = head === null ? valueWords.weight : valueWords[value];
  if (comparison === "difference") return "attention weight with the changes less that without";
  return comparison === "as it is" ? words : `${valueWords.weight} with the changes`;
};

const textOf = (cells: HeadCells, value: number) => (cells.isSigned ? signed(value, 3) : reading(value));

function sentenceOf(scene: Scene, head: HeadWeights, cells: HeadCells, { query, key }: Place): string {
  const { queries, keys } = namesOf(scene);
  const { state, changedHead } = scene;
  const from = `Query ${query} ${quoted(queries[query])}`;
  const row = query - cells.firstQuery;
  const column = key === null ? -1 : key - cells.firstKey;
  if (column < 0 || column >= cells.keys || row < 0 || row >= cells.queries)
    return `${from} sees ${head.visibleKeys[query] ?? 0} keys. Point at a cell, or move with the arrow keys.`;
  const to = `key ${key} ${quoted(keys[key ?? 0])}`;
  if (!isVisible(cells, row, column)) return `${from} may not see ${to}.`;
  const value = cells.weights[row * cells.keys + column] ?? 0;
  const at = query * head.keys + (key ?? 0);
  if (state.comparison === "difference")
    return `${from} gives ${to} a weight of ${reading(head.weights[at] ?? 0)} as it is and of ${reading(changedHead?.weights[at] ?? 0)} with the changes.`;
  if (state.comparison === "as it is" && state.head !== null && isLogit(state.value)) {
    const seen = isVisible(head, query, key ?? 0) ? "" : "; the mask hides it";
    return `${from} and ${to} have a ${valueWords[state.value]} of ${signed(value, 3)}${seen}.`;
  }
  if (state.comparison === "as it is" && state.head !== null && state.value === "weighted norm")
    return `What query ${query} ${quoted(queries[query])} takes from ${to} has a norm of ${reading(value)}.`;
  return `${from} gives ${to} a weight of ${reading(value)}${state.value === "without first key" ? ", of what does not go to the first key" : ""}.`;
}

function exactOf(scene: Scene, head: HeadWeights, cells: HeadCells, { query, key }: Place): string {
  const shown = scene.state.comparison === "with the changes" ? (scene.changedHead ?? head) : head;
  const entropy = `entropy of the query ${exact(shown.entropy[query] ?? 0)} nats over ${shown.visibleKeys[query] ?? 0} visible keys`;
  const row = query - cells.firstQuery;
  const column = key === null ? -1 : key - cells.firstKey;
  if (column < 0 || column >= cells.keys || row < 0 || row >= cells.queries || !isVisible(cells, row, column))
    return entropy;
  const { state, changedHead } = scene;
  if (state.comparison === "difference") {
    const at = query * head.keys + (key ?? 0);
    return `weight ${exact(head.weights[at] ?? 0)} as it is, ${exact(changedHead?.weights[at] ?? 0)} with the changes`;
  }
  const value = exact(cells.weights[row * cells.keys + column] ?? 0).replace("-", "−");
  const isWeight = state.comparison !== "as it is" || state.head === null || state.value === "weight";
  return `${isWeight ? "weight" : valueWords[state.value]} ${value} · ${entropy}`;
}
