/** What the rows and columns of the cells in view add up to: attention given and received, and the entropy of the queries. Pure. */
import type { TileRange } from "../../model/long-view";
import { cellsAlong, type View } from "../../model/long-view";
import type { LongCells } from "./long-layers";

export interface Margins {
  readonly block: number;
  /** The first row and column of cells. */
  readonly firstRow: number;
  readonly firstColumn: number;
  /** Per column of cells: what one of its keys receives, on average, from the queries in view; NaN where nothing is known. */
  readonly received: Float32Array;
  /** Per row of cells: the share that one of its queries, on average, gives to the keys in view. */
  readonly given: Float32Array;
  /** Per row of cells: the least and greatest entropy of its queries, in nats. */
  readonly leastEntropy: Float32Array;
  readonly mostEntropy: Float32Array;
}

export interface KnownEntropy {
  readonly entropy: Float32Array;
  /** 1 where it is known. */
  readonly known: Uint8Array;
}

export function marginsOf(cells: LongCells & KnownEntropy, range: TileRange, view: View): Margins {
  const { tileCells, queries, keys } = cells;
  const block = 2 ** range.level;
  const rows = cellsAlong(view.query, view.span, queries, block);
  const columns = cellsAlong(view.key, view.span, keys, block);
  const received = new Float32Array(columns.end - columns.first);
  const given = new Float32Array(rows.end - rows.first);
  const givenBy = new Uint8Array(rows.end - rows.first);
  for (let column = range.firstColumn; column < range.endColumn; column++) {
    const first = Math.max(columns.first, column * tileCells);
    const end = Math.min(columns.end, (column + 1) * tileCells);
    let [knownRows, allRows] = [0, 0];
    for (let row = range.firstRow; row < range.endRow; row++) {
      const tile = cells.tile({ level: range.level, row, column });
      const startRow = Math.max(rows.first, row * tileCells);
      const endRow = Math.min(rows.end, (row + 1) * tileCells);
      for (let at = startRow; at < endRow; at++) {
        const rowsOf = Math.min(block, queries - at * block);
        const done = tile?.rowsDone[at - row * tileCells] ?? 0;
        allRows += rowsOf;
        if (!tile || done === 0) continue;
        knownRows += done;
        const from = (at - row * tileCells) * tileCells - column * tileCells;
        let sum = 0;
        for (let to = first; to < end; to++) {
          const value = tile.sum[from + to] as number;
          received[to - columns.first] = (received[to - columns.first] as number) + value;
          sum += value;
        }
        given[at - rows.first] = (given[at - rows.first] as number) + sum / done;
        givenBy[at - rows.first] = 1;
      }
    }
    // Rows not known yet are taken to be like those that are.
    for (let to = first; to < end; to++) {
      const ofKeys = Math.min(block, keys - to * block);
      received[to - columns.first] =
        knownRows === 0 ? Number.NaN : ((received[to - columns.first] as number) * allRows) / knownRows / ofKeys;
    }
  }
  for (const [at, is] of givenBy.entries()) if (!is) given[at] = Number.NaN;
  return { block, firstRow: rows.first, firstColumn: columns.first, received, given, ...entropies(cells, rows, block) };
}

function entropies({ entropy, known }: KnownEntropy, rows: { first: number; end: number }, block: number) {
  const leastEntropy = new Float32Array(rows.end - rows.first).fill(Number.NaN);
  const mostEntropy = leastEntropy.slice();
  for (let row = rows.first; row < rows.end; row++) {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let query = row * block; query < Math.min((row + 1) * block, entropy.length); query++) {
      if (!known[query]) continue;
      least = Math.min(least, entropy[query] as number);
      most = Math.max(most, entropy[query] as number);
    }
    if (most < least) continue;
    leastEntropy[row - rows.first] = least;
    mostEntropy[row - rows.first] = most;
  }
  return { leastEntropy, mostEntropy };
}
