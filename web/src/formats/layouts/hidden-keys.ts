/**
 * Keys that no query sees: where a cache is longer than the text, as llama.cpp and vLLM pad it, and where NaN stands for keys that a
 * causal mask hides, as people draw them (np.where(mask, weights, nan), DataFrame.where).
 */
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

/** Caches are as long as a multiple of it. */
const paddedTo = 8;

/** Maps without the last columns, where no query of any map has weight for them; undefined where there are none of these. */
export function withoutPaddedKeys(maps: MapSource, areScores: boolean): MapSource | undefined {
  const { layers, heads, rows, columns } = maps;
  if (columns <= rows || columns % paddedTo !== 0) return undefined;
  const isHidden = areScores ? (value: number) => value < -1e30 : (value: number) => value === 0;
  let kept = rows;
  for (let i = 0; i < layers * heads && kept < columns - 1; i++) {
    const matrix = maps.matrix(Math.floor(i / heads), i % heads);
    // From the end of each row: what is hidden is passed once.
    for (let row = 0; row < rows; row++) {
      let end = columns;
      while (end > kept && isHidden(matrix[row * columns + end - 1] as number)) end--;
      kept = end;
    }
  }
  if (kept >= columns - 1) return undefined;
  const matrix = (layer: number, head: number) => {
    const all = maps.matrix(layer, head);
    const cut = new Float32Array(rows * kept);
    for (let row = 0; row < rows; row++) cut.set(all.subarray(row * columns, row * columns + kept), row * kept);
    return cut;
  };
  return { ...maps, columns: kept, isHeld: false, matrix };
}
