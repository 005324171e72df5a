/** A tile of a long map to pixels: one per cell; masked and unknown cells stay transparent. */
import type { MapTile } from "../../compute/maps/long-map";
import type { Reduction } from "../../model/long-state";

export interface TilePaint {
  readonly reduce: Reduction;
  readonly causal: boolean;
  /** Colours by the upper 16 bits of a value. */
  readonly table: Uint32Array;
  /** Whether rows that are not known yet are drawn like the nearest that is; else only complete ones are drawn. */
  readonly fill: boolean;
}

/** Fills `pixels`, `side` × `side`. */
export function paintTile(tile: MapTile, side: number, paint: TilePaint, pixels: Uint32Array): void {
  pixels.fill(0);
  const sources = rowsToDraw(tile, paint.fill);
  const scaled = new Float32Array(side);
  const scaledBits = new Uint32Array(scaled.buffer);
  const values = paint.reduce === "sum" ? tile.sum : tile.largest;
  const bits = new Uint32Array(values.buffer);
  const diagonal = (tile.key.row - tile.key.column) * side;
  for (let row = 0; row < tile.cellRows; row++) {
    const source = sources[row] as number;
    if (source < 0) continue;
    const done = tile.rowsDone[source] as number;
    let [from, offset] = [bits, source * side];
    // The sum over some of a cell's rows stands for all of them.
    if (paint.reduce === "sum" && done < tile.rowsOf(source)) {
      const factor = tile.rowsOf(source) / done;
      for (let column = 0; column < side; column++) scaled[column] = factor * (values[offset + column] as number);
      [from, offset] = [scaledBits, 0];
    }
    const end = paint.causal ? Math.min(tile.cellColumns, diagonal + row + 1) : tile.cellColumns;
    for (let column = 0, to = row * side; column < end; column++)
      pixels[to + column] = paint.table[(from[offset + column] as number) >>> 16] as number;
  }
}

/** For each row of cells the row that it is drawn like; −1 for none. */
function rowsToDraw(tile: MapTile, fill: boolean): Int32Array {
  const sources = new Int32Array(tile.cellRows).fill(-1);
  const isDrawn = (row: number) => {
    const done = tile.rowsDone[row] as number;
    return fill ? done > 0 : done >= tile.rowsOf(row);
  };
  for (let row = 0; row < tile.cellRows; row++) if (isDrawn(row)) sources[row] = row;
  if (!fill) return sources;
  const known = sources.filter((row) => row >= 0);
  if (known.length === 0) return sources;
  for (let row = 0, next = 0; row < tile.cellRows; row++) {
    while (
      next + 1 < known.length &&
      Math.abs((known[next + 1] as number) - row) <= Math.abs((known[next] as number) - row)
    )
      next++;
    sources[row] = known[next] as number;
  }
  return sources;
}
