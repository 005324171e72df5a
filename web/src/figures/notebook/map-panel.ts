/** One attention map with its name and mean entropy; the single head's also names the axes. */

import { mapName, type Palette } from "../../charts/color/palette";
import { Heatmap } from "../../charts/heatmap/heatmap";
import type { PlaceEvents } from "../../charts/place-events";
import type { HeadMap } from "../../compute/client";
import { el } from "../../controls/el";
import { mapBody } from "../../figure/maps/map-body";

export class MapPanel {
  readonly element: HTMLElement;
  readonly heatmap: Heatmap;
  private readonly title: HTMLElement;
  private readonly mean = el("span", { class: "mean" });

  constructor(
    private readonly index: number,
    events: PlaceEvents & { readonly toggleCurrent: () => void },
  ) {
    const single = index === 0;
    this.heatmap = new Heatmap(
      single ? "Attention weights of one head over whole tokens" : `Attention weights of head ${index}`,
      { ticks: single },
      events,
    );
    this.title = el("span", { class: "title" }, mapName(index));
    const { element: cells } = this.heatmap;
    const body = single ? mapBody(cells) : el("div", { class: "map-body" }, cells);
    this.element = el(
      "figure",
      { class: "map", part: single ? "map single" : "map head", "aria-label": mapName(index) },
      el("div", { class: "map-head" }, this.title, this.mean),
      body,
    );
  }

  paintTitle({ maps }: Palette): void {
    this.title.style.color = maps[this.index] ?? "";
  }

  /** `max` is the weight drawn in the full hue. */
  show(map: HeadMap, { paper, ink, maps }: Palette, max: number, settle: boolean): void {
    this.heatmap.show(map, { paper, ink, hue: maps[this.index] ?? ink, max }, settle);
    this.mean.replaceChildren(
      `${this.index === 0 ? "mean entropy " : ""}${map.meanEntropy.toFixed(2)}`,
      el("span", { class: "unit" }, " nats"),
    );
  }
}
