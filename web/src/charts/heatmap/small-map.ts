/** An attention map without axes, small enough that dozens stand side by side. */
import { fromOklab, pixel, ramp, toOklab } from "../color/color";
import { type Cells, paintRows, rasterFor } from "./raster";

const pixels = 64;

export interface SmallMapStyle {
  readonly paper: string;
  readonly ink: string;
  readonly hue: string;
  /** The weight that is drawn in the full hue. */
  readonly max: number;
}

export function paintSmallMap(canvas: HTMLCanvasElement, map: Cells, { paper, ink, hue, max }: SmallMapStyle): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const raster = rasterFor(map, pixels);
  canvas.width = raster.columns;
  canvas.height = raster.rows;
  const image = context.createImageData(raster.columns, raster.rows);
  const colors = { ramp: ramp(paper, hue), max, nan: pixel(fromOklab(toOklab(ink))) };
  paintRows(map, raster, colors, new Uint32Array(image.data.buffer), 0, raster.rows);
  context.putImageData(image, 0, 0);
}
