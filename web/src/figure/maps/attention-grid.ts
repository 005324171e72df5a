/** All maps, small, a row for each layer: buttons that choose the one to look at. */

import { type ColorScale, scaledWeights } from "../../charts/color/color-scale";
import type { Palette } from "../../charts/color/palette";
import { paintSmallMap } from "../../charts/heatmap/small-map";
import type { HeadMap } from "../../compute/client";
import { el } from "../../controls/el";
import { hueOf, nameOf } from "./head-name";

/** The maps of all layers, each with as many heads. */
export interface GridMaps {
  /** undefined: not there yet. */
  readonly maps: readonly (HeadMap | undefined)[];
  readonly layers: number;
  readonly heads: number;
}

export class AttentionGrid {
  readonly element = el("div", { class: "grid", role: "group", "aria-label": "Heads" });
  private buttons: HTMLButtonElement[] = [];
  private layers = 0;
  private heads = 0;

  constructor(private readonly choose: (map: number) => void) {}

  show(shown: GridMaps, palette: Palette, tone: ColorScale): void {
    const { maps, layers, heads } = shown;
    if (this.layers !== layers || this.heads !== heads) {
      this.layers = layers;
      this.heads = heads;
      this.buttons = maps.map((_, i) => {
        const button = el("button", { type: "button" }, el("canvas"));
        button.addEventListener("click", () => this.choose(i));
        return button;
      });
      const names = (of: "head" | "layer", count: number) =>
        Array.from({ length: count }, (_, i) =>
          el("b", { class: of, "aria-hidden": "true" }, `${i ? "" : `${of} `}${i + 1}`),
        );
      // Of a single layer the heads are several to a column, and have no row to name.
      const named = layers > 1;
      this.element.style.setProperty("--names", named ? "auto" : "");
      this.element.replaceChildren(...(named ? [el("b"), ...names("head", heads)] : []), ...this.buttons);
      if (named) names("layer", layers).map((name, layer) => this.buttons[layer * heads]?.before(name));
    }
    this.element.hidden = maps.length < 2;
    this.element.style.setProperty("--columns", String(layers > 1 ? heads : Math.ceil(Math.sqrt(heads))));
    for (const [i, map] of maps.entries()) {
      this.buttons[i]?.setAttribute("aria-label", nameOf(shown, i));
      if (map) this.paint(i, map, palette, tone);
    }
  }

  /** One map, as it comes. */
  paint(i: number, map: HeadMap, palette: Palette, tone: ColorScale): void {
    const canvas = this.buttons[i]?.querySelector("canvas");
    const { paper, ink } = palette;
    const largest = Number.isFinite(map.maxWeight) ? Math.max(0, map.maxWeight) : 1;
    if (canvas)
      paintSmallMap(canvas, scaledWeights(map, tone, largest), {
        paper,
        ink,
        hue: hueOf(palette, i % this.heads),
        max: 1,
      });
  }

  mark(chosen: number): void {
    for (const [i, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(i === chosen));
  }
}
