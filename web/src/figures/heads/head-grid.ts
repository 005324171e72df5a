/** Heads beside each other: the map of each, a switch, and under it what it looks at as numbers over bars. */

import { scaledWeights } from "../../charts/color/color-scale";
import type { Palette } from "../../charts/color/palette";
import { paintSmallMap } from "../../charts/heatmap/small-map";
import { el } from "../../controls/el";
import { moveByKeys } from "../../controls/move-by-keys";
import { setText } from "../../controls/set-text";
import { type HeadMetric, headMetrics } from "./head-metrics";
import { mapOfHead, type ShownHeads } from "./shown-heads";

export interface HeadGridEvents {
  /** A head is pressed: it goes off, or on again. */
  readonly toggle: (head: number) => void;
  /** The pointer or the focus is at a head, or (null) has left. */
  readonly at: (head: number | null) => void;
}

/** A place in the grid, whichever head is there. */
interface Place {
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  readonly name: HTMLElement;
  readonly cells: readonly HTMLTableCellElement[];
}

export class HeadGrid {
  readonly element = el("div", { class: "head-grid" });
  private places: Place[] = [];
  private width = 0;
  private columns = 0;
  private order: readonly number[] = [];

  constructor(
    private readonly title: string,
    /** Whether heads are switched off and on; otherwise pressed ones are compared. */
    private readonly canSwitch: boolean,
    private readonly events: HeadGridEvents,
  ) {
    this.element.addEventListener("pointerleave", () => events.at(null));
    this.element.addEventListener("focusout", () => events.at(null));
    moveByKeys(this.element, () => ({ stops: this.places.map(({ button }) => button), columns: this.columns }));
  }

  measure(): void {
    this.width = this.element.clientWidth;
  }

  show(shown: ShownHeads, palette: Palette): void {
    const { canSwitch } = this;
    const { set, names, hues, order, off } = shown;
    const columns = columnsFor(order.length, this.width);
    if (this.places.length !== order.length || this.columns !== columns) this.build(order.length, columns);
    this.order = order;
    for (const [place, { button, canvas, name, cells }] of this.places.entries()) {
      const head = order[place] ?? 0;
      const hue = hues[head] ?? palette.ink;
      const isOff = off.includes(head);
      if (canSwitch) button.setAttribute("aria-checked", String(!isOff));
      else button.setAttribute("aria-pressed", String(set.pair.includes(head)));
      button.setAttribute("aria-label", `Head ${names[head]}`);
      setText(name, isOff ? `${names[head]} off` : (names[head] ?? ""));
      const { paper, ink } = palette;
      paintSmallMap(canvas, scaledWeights(mapOfHead(set, head), "row maximum", 1), { paper, ink, hue, max: 1 });
      for (const part of [button, ...cells]) {
        part.style.setProperty("--hue", hue);
        part.classList.toggle("off", isOff);
      }
      for (const [i, habit] of headMetrics.entries()) fill(cells[i], habit, shown, head);
    }
  }

  mark(heads: readonly number[]): void {
    for (const [place, { button }] of this.places.entries())
      button.classList.toggle("pointed", heads.includes(this.order[place] ?? -1));
  }

  /** A table for each row of heads, its columns headed by their maps. */
  private build(heads: number, columns: number): void {
    this.columns = columns;
    this.element.classList.toggle("dense", columns > 4);
    this.places = Array.from({ length: heads }, (_, place) => this.makePlace(place));
    const blocks = Array.from({ length: Math.ceil(heads / columns) }, (_, i) =>
      this.places.slice(i * columns, (i + 1) * columns),
    );
    this.element.replaceChildren(...blocks.map((places, i) => this.blockOf(places, i, blocks.length)));
    this.places[0]?.button.setAttribute("tabindex", "0");
  }

  private blockOf(places: readonly Place[], index: number, of: number): HTMLTableElement {
    const missing = Array.from({ length: this.columns - places.length }, () => el("td"));
    const part = of > 1 ? `, part ${index + 1} of ${of}` : "";
    return el(
      "table",
      { class: "head-block" },
      el("caption", { class: "visually-hidden" }, `${this.title}${part}`),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el(
            "th",
            { scope: "col" },
            "head",
            ...(index === 0 ? [el("p", {}, "each row from 0 to its largest weight")] : []),
          ),
          ...places.map(({ button }) => el("th", { scope: "col" }, button)),
          ...missing,
        ),
      ),
      el(
        "tbody",
        {},
        ...headMetrics.map(({ name, meaning }, row) =>
          el(
            "tr",
            {},
            el("th", { scope: "row", title: meaning }, name),
            ...places.flatMap(({ cells }) => cells[row] ?? []),
            ...missing.map(() => el("td")),
          ),
        ),
      ),
    );
  }

  private makePlace(place: number): Place {
    const canvas = el("canvas");
    const name = el("span");
    const button = el(
      "button",
      { type: "button", ...(this.canSwitch ? { role: "switch" } : {}), tabindex: "-1" },
      name,
      canvas,
    );
    const head = () => this.order[place] ?? 0;
    button.addEventListener("click", () => this.events.toggle(head()));
    button.addEventListener("focus", () => this.events.at(head()));
    const cells = headMetrics.map(() =>
      el(
        "td",
        {},
        el("div", { class: "habit" }, el("div", { class: "rail" }, el("div", { class: "bar" })), el("span")),
      ),
    );
    for (const part of [button, ...cells]) part.addEventListener("pointerenter", () => this.events.at(head()));
    return { button, canvas, name, cells };
  }
}

const leastWidth = 52;

/** Two rows where there is room for that, or rows of four. */
const columnsFor = (heads: number, width: number) =>
  width > 420 ? Math.min(Math.max(4, Math.ceil(heads / 2)), Math.max(4, Math.floor(width / leastWidth))) : 4;

function fill(cell: HTMLTableCellElement | undefined, habit: HeadMetric, { set }: ShownHeads, head: number): void {
  const [bar, number] = [cell?.querySelector<HTMLElement>(".bar"), cell?.querySelector("span")];
  if (!number || !bar) return;
  const value = habit.value(set, head);
  setText(number, value === undefined || Number.isNaN(value) ? "–" : habit.format(value));
  bar.style.width = `${(100 * Math.min(1, Math.max(0, (value || 0) / habit.most(set)))).toFixed(1)}%`;
}
