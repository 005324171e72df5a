/** Maps in which NaN stands for keys that a causal mask hides, as people draw them: np.where(mask, weights, nan), DataFrame.where. */
import type { MapSource } from "./map-source";

/** Maps of which it is looked for. */
const mostChecked = 8;

/** The same maps with `hidden` in place of NaN above the diagonal; undefined where NaN is not above it, or stands elsewhere too. */
export function withHiddenKeys(maps: MapSource, hidden: number): MapSource | undefined {
  const { layers, heads, rows, columns } = maps;
  const count = layers * heads;
  const step = Math.max(1, Math.floor(count / mostChecked));
  for (let i = 0; i < count; i += step)
    if (!isNaNAboveDiagonal(maps.matrix(Math.floor(i / heads), i % heads), rows, columns)) return undefined;
  const matrix = (layer: number, head: number) => {
    const values = maps.matrix(layer, head);
    if (!isNaNAboveDiagonal(values, rows, columns)) return values;
    return values.map((value) => (Number.isNaN(value) ? hidden : value));
  };
  return { ...maps, isHeld: false, matrix };
}

/** The last query stands beside the last key. */
function isNaNAboveDiagonal(values: Float32Array, rows: number, columns: number): boolean {
  const offset = columns - rows;
  if (rows < 2 || offset < 0 || !Number.isNaN(values[offset + 1])) return false;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      if (Number.isNaN(values[row * columns + column]) !== column > row + offset) return false;
  return true;
}
