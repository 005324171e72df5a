/** All maps, small, a row for each layer: buttons that choose the one to look at. */
import { fromOklab, pixel, ramp, toOklab } from "../charts/color";
import type { Palette } from "../charts/palette";
import { paintRows, rasterFor } from "../charts/raster";
import { type Tone, toned } from "../charts/tone";
import type { HeadMap } from "../engine/client";
import { el } from "./el";
import { hueOf, nameOf } from "./head-name";

const pixels = 64;

/** The maps of all layers, each with as many heads. */
export interface GridMaps {
  readonly maps: readonly HeadMap[];
  readonly layers: number;
  readonly heads: number;
}

export class AttentionGrid {
  readonly element = el("div", { class: "grid", role: "group", "aria-label": "Heads" });
  private buttons: HTMLButtonElement[] = [];

  constructor(private readonly choose: (map: number) => void) {}

  show(shown: GridMaps, palette: Palette, tone: Tone): void {
    const { maps, layers, heads } = shown;
    if (this.buttons.length !== maps.length) {
      this.buttons = maps.map((_, i) => {
        const button = el("button", { type: "button" }, el("canvas"));
        button.addEventListener("click", () => this.choose(i));
        return button;
      });
      this.element.replaceChildren(...this.buttons);
    }
    this.element.hidden = maps.length < 2;
    this.element.style.setProperty("--columns", String(layers > 1 ? heads : Math.ceil(Math.sqrt(heads))));
    for (const [i, map] of maps.entries()) {
      const button = this.buttons[i];
      const canvas = button?.querySelector("canvas");
      button?.setAttribute("aria-label", nameOf(shown, i));
      if (canvas) paint(canvas, map, palette, hueOf(palette, i % heads), tone);
    }
  }

  mark(chosen: number): void {
    for (const [i, button] of this.buttons.entries()) button.setAttribute("aria-pressed", String(i === chosen));
  }
}

function paint(canvas: HTMLCanvasElement, map: HeadMap, { paper, ink }: Palette, hue: string, tone: Tone): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const raster = rasterFor(map, pixels);
  canvas.width = raster.columns;
  canvas.height = raster.rows;
  const image = context.createImageData(raster.columns, raster.rows);
  const colors = { ramp: ramp(paper, hue), max: 1, nan: pixel(fromOklab(toOklab(ink))) };
  paintRows(toned(map, tone, map.maxWeight), raster, colors, new Uint32Array(image.data.buffer), 0, raster.rows);
  context.putImageData(image, 0, 0);
}
