/** One head: its map or its lines, with the exact number of the cell in focus, and the query's row, the largest first. */

import { type ColorScale, colorScales } from "../../../charts/color/color-scale";
import { isVisible } from "../../../charts/heatmap/raster";
import { Choice } from "../../../controls/choice";
import { el } from "../../../controls/el";
import { type Acts, hueOf, mainKind, namesOf, type Place, placeOf, type Scene } from "../../scene";
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
} from "../../state";
import { MapPane } from "../map-pane";
import { Arcs } from "./arcs";
import { cellsOf, type HeadCells, innerPlace } from "./head-cells";
import { exactOf, sentenceOf, transformersName, valueWords, wordsOf } from "./head-words";
import { QueryRow } from "./query-row";

/** Up to this many tokens have their names along the axes. */
const namedTicks = 400;

export class HeadView {
  readonly element: HTMLElement;
  private readonly title = el("h2", { class: "head-title" });
  private readonly facts = el("p", { class: "facts" });
  private readonly arcs = new Arcs();
  private readonly map: MapPane;
  private readonly sentence = el("p", { class: "reading", id: "reading", "aria-live": "polite" });
  private readonly exact = el("p", { class: "exact" });
  private readonly row = new QueryRow();
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
      this.row.element,
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
    this.row.show(scene, cells, place);
  }

  private cellsOf(scene: Scene): HeadCells | null {
    const { head, changedHead, difference, values, state, text } = scene;
    const from = [head, changedHead, difference, values, state.value, state.comparison, state.block, text];
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
  private inner(place: Place): Place | null {
    return this.cells && innerPlace(this.cells, place);
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
}

const placeOfHead = ({ layer, head, kind }: ExplorerState) =>
  head === null ? null : { layer, head, ...(kind && { kind }) };
