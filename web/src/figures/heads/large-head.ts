/** One of the two heads that are compared, large: its label, its map, and the weight of the cell in focus. */
import type { Palette } from "../../charts/color/palette";
import { ScaleBar } from "../../charts/color/scale-bar";
import { Heatmap } from "../../charts/heatmap/heatmap";
import { el } from "../../controls/el";
import type { Cell, focusEvents } from "../../figure/maps/focus";
import { mapBody } from "../../figure/maps/map-body";
import { labelOf, readWeight } from "./head-readings";
import { mapOfHead, type ShownHeads } from "./shown-heads";

/** Names up to this long stand upright above their columns. */
const shortName = 2;

export class LargeHead {
  private readonly title = el("p", { class: "part-title" });
  private readonly map: Heatmap;
  private readonly scale = new ScaleBar();
  readonly element: HTMLElement;
  private shown: ShownHeads | null = null;
  private head = 0;

  constructor(events: ReturnType<typeof focusEvents>) {
    this.map = new Heatmap("", { ticks: true }, events);
    this.element = el("figure", { class: "single" }, this.title, mapBody(this.map.element), this.scale.element);
  }

  measure(): void {
    this.map.measure();
    this.scale.measure();
  }

  /** `max` is the weight that has the full hue. */
  show(shown: ShownHeads, head: number, { paper, ink }: Palette, max: number): void {
    const { set, hues, words, keyWords = words } = shown;
    this.shown = shown;
    this.head = head;
    const label = labelOf(shown, head);
    const hue = hues[head] ?? ink;
    this.title.textContent = label;
    this.title.style.color = hue;
    this.map.element.setAttribute("aria-label", label);
    const areLong = (keyWords ?? []).some(({ length }) => length > shortName);
    this.element.classList.toggle("long", areLong);
    const nameIn = (list: readonly string[]) => (token: number) => list[token] ?? "";
    this.map.nameTicks(words && { query: nameIn(words), key: nameIn(keyWords ?? words) }, areLong);
    this.map.show(mapOfHead(set, head), { paper, ink, hue, max });
    this.scale.show(max, paper, [hue], "weight");
  }

  mark(at: Cell | null): void {
    this.map.mark(at);
    this.scale.reserve(1, at && this.shown ? readWeight(this.shown, this.head, at) : "weight");
  }
}
