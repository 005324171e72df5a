/** Layers × heads: a thumbnail of each head, sorted and labelled by what it looks at. */
import { ramp } from "../../charts/color/color";
import { reading } from "../../charts/format";
import { Choice } from "../../controls/choice";
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import type { AttentionKind, HeadReport, Thumbnail } from "../../models/models";
import { type Acts, hueOf, isCausal, kindOf, mainKind, type Scene, shapeOf } from "../scene";
import {
  attentionKinds,
  headCode,
  headName,
  isChanged,
  isSameHead,
  kindNames,
  type Label,
  labels,
  type Order,
  orders,
} from "../state";
import { sortHeads } from "./head-order";

/** Cells along a side of a thumbnail, at most. */
export const thumbnailCells = 48;

/** Weights along a side of a cell, so that there are no more than that. */
export const blockFor = (tokens: number): number => Math.max(1, Math.ceil(tokens / thumbnailCells));

interface HeadButton {
  readonly layer: number;
  readonly head: number;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  /** How it is marked, so that only what changes is touched. */
  marked: string;
  drawn: { thumbnail: Thumbnail | null; paper: string } | null;
}

export class GridView {
  readonly element: HTMLElement;
  private readonly grid = el("div", { class: "head-grid", role: "group", "aria-label": "Heads, a row for each layer" });
  private readonly sentence = el("p", { class: "reading grid-reading", "aria-live": "polite" });
  private readonly order: HTMLSelectElement;
  private readonly kind: Choice<string>;
  private readonly label: Choice<string>;
  private readonly counts = new Map<string, HTMLElement>();
  private heads: HeadButton[] = [];
  private built = "";
  private arranged = "";
  private scene: Scene | null = null;
  private pointed: HeadButton | null = null;

  constructor(acts: Acts) {
    this.order = el("select", { name: "sort" }, ...orders.map((order) => el("option", { value: order }, order)));
    this.order.addEventListener("change", () => acts.change({ order: this.order.value as Order }));
    this.kind = new Choice(
      "attention of the",
      attentionKinds.map((kind) => kindNames[kind]),
      (name) => {
        const kind = attentionKinds.find((each) => kindNames[each] === name) ?? null;
        const main = this.scene && mainKind(this.scene);
        acts.change({ kind: kind === main ? null : kind, query: null, key: null });
      },
    );
    this.label = new Choice("label", ["all", ...labels], (label) =>
      acts.change({ label: label === "all" ? null : (label as Label) }),
    );
    for (const input of this.label.element.querySelectorAll("input")) {
      const count = el("span", { class: "count" });
      input.closest("label")?.append(count);
      this.counts.set(input.value, count);
    }
    this.element = el(
      "div",
      { class: "grid-view" },
      el(
        "div",
        { class: "controls-line" },
        this.kind.element,
        el("label", { class: "select" }, "sorted by ", this.order),
      ),
      this.grid,
      this.sentence,
      this.label.element,
    );
    const buttonAt = (target: EventTarget | null) =>
      this.heads.find(({ button }) => target instanceof Node && button.contains(target)) ?? null;
    this.grid.addEventListener("click", ({ target }) => {
      const found = buttonAt(target);
      if (found) acts.change({ layer: found.layer, head: found.head });
    });
    const point = (event: Event) => this.read(buttonAt(event.target));
    this.grid.addEventListener("pointerover", point);
    this.grid.addEventListener("focusin", point);
    this.grid.addEventListener("pointerleave", () => this.read(null));
    this.grid.addEventListener("focusout", () => this.read(null));
    moveByKeys(this.grid, () => ({
      stops: [...this.grid.querySelectorAll<HTMLButtonElement>("button")],
      columns: Number(this.grid.style.getPropertyValue("--columns")) || 1,
    }));
  }

  show(scene: Scene): void {
    this.scene = scene;
    const { state, layers, model, palette } = scene;
    const change = this.order.querySelector<HTMLOptionElement>('option[value="change"]');
    if (change) change.disabled = !isChanged(state.changes);
    const similarity = this.order.querySelector<HTMLOptionElement>('option[value="similarity"]');
    if (similarity) similarity.disabled = state.head === null;
    const heads = shapeOf(scene)?.heads ?? [];
    const built = heads.join();
    if (this.built !== built) this.build(heads);
    this.built = built;
    this.kind.element.hidden = model.info.kind !== "encoder-decoder";
    this.kind.show(kindNames[state.kind ?? mainKind(scene)]);
    this.order.value = state.order;
    this.label.show(state.label ?? "all");
    this.arrange(scene);
    for (const each of this.heads) {
      const { layer, head, button } = each;
      const report = layers[layer]?.[head];
      paint(each, report?.thumbnail ?? null, palette.paper, hueOf(palette, head), isCausal(scene));
      const isChosen = layer === state.layer && head === state.head;
      const isOff = state.changes.ablate.some((place) => isSameHead(place, { layer, head, kind: state.kind }));
      const isDim = state.label !== null && report !== undefined && report.label !== state.label;
      const name = nameOf({ layer, head, kind: state.kind }, report, isOff);
      const marked = `${isChosen} ${isDim} ${name}`;
      if (marked === each.marked) continue;
      each.marked = marked;
      button.setAttribute("aria-pressed", String(isChosen));
      button.classList.toggle("off", isOff);
      button.classList.toggle("dim", isDim);
      button.setAttribute("aria-label", name);
    }
    const counts = countLabels(layers.flatMap((heads) => heads ?? []));
    for (const [label, count] of this.counts)
      count.textContent = label === "all" ? "" : ` ${counts.get(label as Label) ?? 0}`;
    this.read(this.pointed);
  }

  private build(headsOfLayers: readonly number[]): void {
    this.arranged = "";
    this.pointed = null;
    const places = headsOfLayers.flatMap((heads, layer) =>
      Array.from({ length: heads }, (_, head) => ({ layer, head })),
    );
    this.heads = places.map((place, i) => {
      const canvas = el("canvas");
      const button = el(
        "button",
        { type: "button", class: "head-button", tabindex: i === 0 ? "0" : "-1" },
        canvas,
        el("span", { class: "code", "aria-hidden": "true" }, headCode(place)),
      );
      return { ...place, button, canvas, marked: "", drawn: null };
    });
  }

  /** By layers with their numbers at the left, or in one row after the other by a score. */
  private arrange(scene: Scene): void {
    const { state } = scene;
    const heads = Math.max(1, ...(shapeOf(scene)?.heads ?? []));
    const isByLayer = state.order === "layer";
    const sorted = isByLayer ? this.heads : sortHeads(this.heads, scene, state.order);
    const arranged = `${state.order} ${sorted.map(headCode).join()}`;
    if (arranged === this.arranged) return;
    this.arranged = arranged;
    this.grid.classList.toggle("by-layer", isByLayer);
    this.grid.style.setProperty("--columns", String(heads));
    const numbered = (n: number, axis: string) => el("span", { class: axis, "aria-hidden": "true" }, String(n + 1));
    const focused = document.activeElement;
    this.grid.replaceChildren(
      ...(isByLayer ? [el("span"), ...Array.from({ length: heads }, (_, head) => numbered(head, "head-number"))] : []),
      ...sorted.flatMap(({ button, layer, head }) =>
        isByLayer && head === 0 ? [numbered(layer, "layer-number"), button] : [button],
      ),
    );
    if (focused instanceof HTMLElement && this.grid.contains(focused)) focused.focus();
  }

  private read(pointed: HeadButton | null): void {
    this.pointed = pointed;
    const { scene } = this;
    if (!scene) return;
    const { state, layers, divergence, similarity } = scene;
    const place = pointed ?? (state.head === null ? null : { layer: state.layer, head: state.head });
    const report = place ? layers[place.layer]?.[place.head] : undefined;
    const moved = place ? divergence[place.layer]?.[place.head] : undefined;
    const change =
      moved === undefined
        ? ""
        : ` With the changes its rows move by ${reading(moved)} nats (Jensen-Shannon divergence).`;
    const apart = place ? similarity[place.layer]?.[place.head] : undefined;
    const alike =
      apart === undefined || state.order !== "similarity"
        ? ""
        : ` Its rows are ${reading(apart)} nats from those of ${headName(state)}.`;
    this.sentence.textContent =
      place && report
        ? `${headName({ ...place, kind: state.kind })}: ${reportSentence(report, subjectOf(scene))}${change}${alike}`
        : "";
  }
}

const subjectOf = (scene: Scene) =>
  kindOf(scene) === "cross" ? "two texts" : scene.model.info.kind === "image" ? "patches" : "text";

export function countLabels(reports: readonly HeadReport[]): Map<Label, number> {
  const counts = new Map<Label, number>();
  for (const { label } of reports) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** The scores of a head, as means over the tokens: of two texts, or of patches, those that mean something. */
export function reportSentence(report: HeadReport, of: "text" | "two texts" | "patches" = "text"): string {
  const entropy = `normalised entropy ${report.entropy.toFixed(2)}`;
  const first = report.firstToken.toFixed(2);
  if (of === "two texts") return `${report.label}. Mean share of the other text’s first token ${first}; ${entropy}.`;
  if (of === "patches")
    return `${report.label}. Mean shares of attention: class token ${first}, self ${report.self.toFixed(2)}; ${entropy}.`;
  const shares = [
    `previous token ${report.previousToken.toFixed(2)}`,
    `first token ${report.firstToken.toFixed(2)}`,
    `self ${report.self.toFixed(2)}`,
    `duplicate token ${report.duplicateToken.toFixed(2)}`,
    `induction ${report.induction.toFixed(2)}`,
    `within two tokens ${report.local.toFixed(2)}`,
  ];
  return `${report.label}. Mean shares of attention: ${shares.join(", ")}; mean distance ${report.meanDistance.toFixed(1)} tokens; ${entropy}.`;
}

const nameOf = (
  place: { layer: number; head: number; kind: AttentionKind | null },
  report: HeadReport | undefined,
  isOff: boolean,
) => `${headName(place)}${report ? `, ${report.label}` : ""}${isOff ? ", switched off" : ""}`;

/** Cells whose queries may see none of their keys stay transparent under a causal mask. */
function paint(each: HeadButton, thumbnail: Thumbnail | null, paper: string, hue: string, causal: boolean): void {
  if (each.drawn?.thumbnail === thumbnail && each.drawn.paper === paper) return;
  each.drawn = { thumbnail, paper };
  const { canvas } = each;
  const context = canvas.getContext("2d");
  if (!context) return;
  if (!thumbnail) {
    context.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const { rows, columns, cells } = thumbnail;
  canvas.width = columns;
  canvas.height = rows;
  const colors = ramp(paper, hue);
  const most = cells.reduce((a, b) => Math.max(a, b), 0) || 1;
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (causal && column > row) continue;
      pixels[at] = colors[Math.round(((cells[at] as number) / most) * 255)] ?? 0;
    }
  context.putImageData(image, 0, 0);
}
