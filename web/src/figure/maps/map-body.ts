/** A map's cells with both axes named, so that nobody mixes up who looks and who is looked at. */
import { el } from "../../controls/el";

export const mapBody = (cells: HTMLElement, ...beside: readonly Node[]): HTMLElement =>
  el(
    "div",
    { class: "map-body" },
    cells,
    ...beside,
    el("span", { class: "axis key" }, "key"),
    el("span", { class: "axis query" }, "query"),
  );
