/** All heads, small, a row for each layer: chosen to be looked at, or switched off to see what they are worth. */

import type { Palette } from "../../charts/color/palette";
import { paintSmallMap } from "../../charts/heatmap/small-map";
import type { Evaluation, HeadLabel, HeadPlace, Inspection } from "../../compute/training/training-protocol";
import { el } from "../../controls/el";
import { setText } from "../../controls/set-text";
import { headName, hueOfHead, score } from "../../figure/trained/head-labels";
import { labelValue } from "./formation";

export interface HeadsEvents {
  readonly choose: (place: HeadPlace) => void;
  /** Pointed at, or (null) no longer. */
  readonly preview: (place: HeadPlace | null) => void;
  readonly toggle: (place: HeadPlace) => void;
}

export interface HeadsView {
  readonly inspection: Inspection;
  /** Of the network that is looked at, all heads on. */
  readonly evaluation: Evaluation | undefined;
  /** What it can do without each head alone, by name, where that is known. */
  readonly without: ReadonlyMap<string, Evaluation>;
  readonly off: ReadonlySet<string>;
  readonly chosen: HeadPlace;
}

/** Short, as there is little room. */
const labels: Readonly<Record<HeadLabel, string>> = {
  induction: "induction",
  "duplicate token": "duplicate",
  "previous token": "previous",
  self: "self",
  "first token": "first",
  local: "local",
  broad: "broad",
  other: "other",
};

export class TrainingHeads {
  readonly element = el("div", { class: "heads-grid", role: "group", "aria-label": "Heads" });
  private readonly legend = el(
    "p",
    { class: "legend" },
    "Below each head: what it attends to; “without”: the accuracy with that head alone switched off.",
  );
  private cells: HeadCell[] = [];
  private shape = "";

  constructor(private readonly events: HeadsEvents) {}

  show(view: HeadsView, palette: Palette): void {
    const { maps } = view.inspection;
    const heads = maps[0]?.length ?? 0;
    const shape = `${maps.length} ${heads}`;
    if (shape !== this.shape) {
      this.shape = shape;
      this.cells = maps.flatMap((row, layer) => row.map((_, head) => new HeadCell({ layer, head }, this.events)));
      this.element.style.setProperty("--heads", String(heads));
      this.element.classList.toggle("crowded", heads > 4);
      this.element.replaceChildren(
        ...maps.map((_, layer) =>
          el(
            "div",
            { class: "layer", "data-part": `layer ${layer + 1}` },
            el("p", { class: "layer-name" }, `Layer ${layer + 1}`),
            el(
              "div",
              { class: "layer-heads" },
              ...this.cells.slice(layer * heads, (layer + 1) * heads).map(({ element }) => element),
            ),
          ),
        ),
        this.legend,
      );
    }
    for (const cell of this.cells) cell.show(view, palette);
  }
}

class HeadCell {
  private readonly name: HTMLElement;
  private readonly canvas = el("canvas");
  private readonly map: HTMLButtonElement;
  private readonly power: HTMLButtonElement;
  private readonly label = el("span");
  private readonly value = el("span");
  private readonly without = el("span");
  private readonly accuracy = el("span");
  private readonly habit = el("p", { class: "habit" }, this.label, " ", this.value);
  readonly element: HTMLElement;

  constructor(
    private readonly place: HeadPlace,
    events: HeadsEvents,
  ) {
    const name = headName(place);
    this.name = el("span", { class: "title" }, name);
    this.map = el("button", { type: "button", class: "small-map", "aria-label": `Show head ${name}` }, this.canvas);
    this.power = el("button", { type: "button", class: "power", role: "switch", "aria-label": `Head ${name}` });
    this.map.addEventListener("click", () => events.choose(place));
    this.power.addEventListener("click", () => events.toggle(place));
    this.map.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && events.preview(place));
    this.map.addEventListener("pointerleave", () => events.preview(null));
    this.element = el(
      "div",
      { class: "head-cell" },
      el("div", { class: "head-line" }, this.name, this.power),
      this.map,
      this.habit,
      el("p", { class: "worth" }, this.without, " ", this.accuracy),
    );
  }

  show({ inspection, evaluation, without, off, chosen }: HeadsView, palette: Palette): void {
    const { place } = this;
    const name = headName(place);
    const hue = hueOfHead(palette, place.head);
    const isOff = off.has(name);
    const map = inspection.maps[place.layer]?.[place.head];
    if (map) paintSmallMap(this.canvas, map, { paper: palette.paper, ink: palette.ink, hue, max: 1 });
    this.name.style.color = hue;
    this.element.classList.toggle("off", isOff);
    this.power.setAttribute("aria-checked", String(!isOff));
    setText(this.power, isOff ? "off" : "on");
    this.map.setAttribute("aria-pressed", String(chosen.layer === place.layer && chosen.head === place.head));
    const scores = evaluation?.heads[place.layer]?.[place.head];
    setText(this.label, scores ? labels[scores.label] : "");
    setText(this.value, scores ? score(labelValue(scores)) : "");
    this.habit.classList.toggle("strong", scores !== undefined && scores.label !== "broad" && scores.label !== "other");
    const alone = without.get(name);
    setText(this.without, alone ? "without" : "");
    setText(this.accuracy, alone ? `${Math.round(100 * alone.accuracy)} %` : "");
  }
}
