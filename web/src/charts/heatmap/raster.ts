/** Weights to pixels: one pixel per cell, or the largest weight of a block of cells where there are more cells than pixels. */
import type { HeadMap } from "../../compute/client";

export interface Raster {
  readonly columns: number;
  readonly rows: number;
  /** Cells per pixel along an axis, 1 where each cell has its own pixel. */
  readonly reduction: number;
}

export function rasterFor(map: Pick<HeadMap, "queries" | "keys">, devicePixels: number): Raster {
  const most = Math.max(1, Math.floor(devicePixels));
  const reduction = Math.max(1, Math.ceil(Math.max(map.queries, map.keys) / most));
  return { columns: Math.ceil(map.keys / reduction), rows: Math.ceil(map.queries / reduction), reduction };
}

export type Cells = Pick<HeadMap, "queries" | "keys" | "weights" | "visibleKeys" | "visible">;

/** Whether a query may see a key. */
export const isVisible = ({ keys, visibleKeys, visible }: Omit<Cells, "weights">, query: number, key: number) =>
  visible ? visible[query * keys + key] === 1 : key < (visibleKeys[query] ?? 0);

/**
 * Fills rows [from, to) of `pixels`. Colour i/255 stands for weight i/255 · max; masked cells stay transparent, so that
 * what lies behind the canvas (a hatch) tells them from a weight of 0; NaN and negative numbers, which are no weights, get a
 * colour of their own.
 */
export function paintRows(
  cells: Cells,
  raster: Raster,
  colors: { readonly ramp: Uint32Array; readonly max: number; readonly nan: number },
  pixels: Uint32Array,
  from: number,
  to: number,
): void {
  const { weights, keys, queries, visibleKeys, visible: mask } = cells;
  const { columns, reduction } = raster;
  const scale = colors.max > 0 ? 255 / colors.max : 0;
  const largest = new Float32Array(columns);
  /** 1 where the pixel has a visible cell: no weight can mark that, as a reader's own numbers may be anything. */
  const isShown = new Uint8Array(columns);
  for (let row = from; row < to; row++) {
    largest.fill(Number.NEGATIVE_INFINITY);
    isShown.fill(0);
    for (let query = row * reduction; query < Math.min(queries, (row + 1) * reduction); query++) {
      const visible = mask ? keys : Math.min(keys, visibleKeys[query] ?? 0);
      const start = query * keys;
      for (let column = 0, key = 0; key < visible; column++) {
        let most = largest[column] as number;
        for (const end = Math.min(visible, key + reduction); key < end; key++) {
          if (mask && mask[start + key] === 0) continue;
          isShown[column] = 1;
          const weight = weights[start + key] as number;
          // The second test keeps a NaN once it is met.
          if (weight > most || Number.isNaN(weight)) most = weight;
        }
        largest[column] = most;
      }
    }
    const target = row * columns;
    for (let column = 0; column < columns; column++) {
      const weight = largest[column] as number;
      const color = weight >= 0 ? colors.ramp[Math.min(255, Math.round(weight * scale))] : undefined;
      pixels[target + column] = isShown[column] === 0 ? 0 : (color ?? colors.nan);
    }
  }
}
