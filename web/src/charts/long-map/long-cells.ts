/** The cells of a long map that are in view, as one grid. Pure. */
import type { TileRange } from "../../model/long-view";
import { cellsAlong, type View } from "../../model/long-view";
import type { LongCells } from "./long-layers";

export interface CellGrid {
  readonly rows: number;
  readonly columns: number;
  /** The first query and key, and how many tokens a side each cell stands for. */
  readonly query: number;
  readonly key: number;
  readonly block: number;
  /** Row-major; NaN where nothing is known yet. */
  readonly largest: Float32Array;
  readonly sum: Float32Array;
}

export function cellsInView(cells: LongCells, { level }: TileRange, view: View): CellGrid {
  const { tileCells, queries, keys } = cells;
  const block = 2 ** level;
  const down = cellsAlong(view.query, view.span, queries, block);
  const across = cellsAlong(view.key, view.span, keys, block);
  const [rows, columns] = [down.end - down.first, across.end - across.first];
  const largest = new Float32Array(rows * columns).fill(Number.NaN);
  const sum = largest.slice();
  for (let row = 0; row < rows; row++) {
    const y = down.first + row;
    for (let column = 0; column < columns; column++) {
      const x = across.first + column;
      const tile = cells.tile({ level, row: Math.floor(y / tileCells), column: Math.floor(x / tileCells) });
      if (!tile?.rowsDone[y % tileCells]) continue;
      const at = (y % tileCells) * tileCells + (x % tileCells);
      largest[row * columns + column] = tile.largest[at] as number;
      sum[row * columns + column] = tile.sum[at] as number;
    }
  }
  return { rows, columns, query: down.first * block, key: across.first * block, block, largest, sum };
}
