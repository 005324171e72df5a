/** The cells of a long map that are in view, as one grid. Pure. */
import type { KnownCells, TensorShape } from "../../compute/heed";
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
  /** Of how many queries; 0 where nothing is known yet. */
  readonly known: Float32Array;
}

export function cellsInView(cells: LongCells, { level }: TileRange, view: View): CellGrid {
  const { tileCells, queries, keys } = cells;
  const block = 2 ** level;
  const down = cellsAlong(view.query, view.span, queries, block);
  const across = cellsAlong(view.key, view.span, keys, block);
  const [rows, columns] = [down.end - down.first, across.end - across.first];
  const largest = new Float32Array(rows * columns).fill(Number.NaN);
  const sum = largest.slice();
  const known = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const y = down.first + row;
    for (let x = across.first, end = 0; x < across.end; x = end) {
      const [tileRow, tileColumn] = [Math.floor(y / tileCells), Math.floor(x / tileCells)];
      end = Math.min(across.end, (tileColumn + 1) * tileCells);
      const tile = cells.tile({ level, row: tileRow, column: tileColumn });
      const done = tile?.rowsDone[y % tileCells];
      if (!tile || !done) continue;
      const from = (y % tileCells) * tileCells + (x % tileCells);
      const to = row * columns + x - across.first;
      largest.set(tile.largest.subarray(from, from + end - x), to);
      sum.set(tile.sum.subarray(from, from + end - x), to);
      known.fill(done, to, to + end - x);
    }
  }
  return { rows, columns, query: down.first * block, key: across.first * block, block, largest, sum, known };
}

/** The same for the core to add up; `entropy` is that of every query of the map. */
export function knownCells({ keys }: LongCells, grid: CellGrid, entropy: Float32Array): KnownCells {
  const { rows, columns, query, key, block, sum, known } = grid;
  const shape: TensorShape = [1, 1, rows, columns];
  const ofRows = entropy.slice(query, query + rows * block);
  return {
    sum: { data: sum, shape },
    known: { data: known, shape },
    entropy: { data: ofRows, shape: [1, 1, ofRows.length, 1] },
    keys: Math.min(keys - key, columns * block),
    block,
  };
}
