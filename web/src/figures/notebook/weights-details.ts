/** The weights of the map in focus as a table that unfolds. */

import type { HeadMap } from "../../compute/client";
import { el } from "../../controls/el";
import type { Place } from "../../model/place";
import { drawWeights, tableWindow } from "./tables";

export class WeightsDetails {
  private readonly summary = el("summary");
  private readonly table = el("table", { class: "weights" });
  private readonly scroll = el("div", { class: "scroll", role: "region", "aria-label": "Weights" }, this.table);
  readonly element = el("details", { class: "all-weights" }, this.summary, this.scroll);
  private drawn: { map: HeadMap; from: string } | null = null;

  constructor() {
    // A region that scrolls has to be reachable by keys.
    this.scroll.tabIndex = 0;
    this.nameMap(0);
  }

  show(map: HeadMap | null, place: Place): void {
    if (!map) return;
    const focus = { query: place.query, key: place.key ?? place.query };
    const from = `${tableWindow(map.queries, focus.query).from} ${tableWindow(map.keys, focus.key).from}`;
    if (this.drawn?.map === map && this.drawn.from === from) return;
    this.drawn = { map, from };
    drawWeights(this.table, map, this.nameMap(place.map), focus);
  }

  private nameMap(map: number): string {
    const name = map === 0 ? "the single head" : `head ${map}`;
    this.summary.textContent = `The weights of ${name} as a table, to 3 decimals`;
    return name;
  }
}
