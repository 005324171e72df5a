/** The sentence that reads a cell of the long map aloud, and the exact numbers behind it. */
import { count, exact, reading, shareInWords } from "../../charts/format";
import type { LongCells } from "../../charts/long-map/long-layers";
import type { Reading } from "../../figure/reading";
import type { Position, Reduction } from "../../model/long-state";

export interface Readable extends LongCells {
  /** Per query, in nats. */
  readonly entropy: Float32Array;
  /** 1 where it is known. */
  readonly known: Uint8Array;
}

/** The cell of `level`, or of the next coarser level that is known, that the position falls in. */
export function readCell(cells: Readable, level: number, { query, key }: Position, reduce: Reduction): Reading {
  for (let at = level; at <= Math.max(level, cells.topLevel); at++) {
    const block = 2 ** at;
    const side = cells.tileCells;
    const [row, column] = [Math.floor(query / block), Math.floor(key / block)];
    const tile = cells.tile({ level: at, row: Math.floor(row / side), column: Math.floor(column / side) });
    const done = tile?.rowsDone[row % side] ?? 0;
    if (!tile || done === 0) continue;
    const index = (row % side) * side + (column % side);
    const cell = {
      query: row * block,
      key: column * block,
      rows: Math.min(block, cells.queries - row * block),
      columns: Math.min(block, cells.keys - column * block),
      done,
      largest: tile.largest[index] as number,
      sum: tile.sum[index] as number,
    };
    if (cells.causal && cell.key > cell.query + cell.rows - 1) return masked(cell);
    return at === 0 ? oneWeight(cells, cell) : manyWeights(cell, reduce);
  }
  return { sentence: ["Query ", count(query), " and key ", count(key), ": not worked out yet."], exact: "" };
}

interface Cell {
  readonly query: number;
  readonly key: number;
  readonly rows: number;
  readonly columns: number;
  readonly done: number;
  readonly largest: number;
  readonly sum: number;
}

const range = (first: number, size: number) =>
  size === 1 ? count(first) : `${count(first)} to ${count(first + size - 1)}`;

function masked({ query, key, rows, columns }: Cell): Reading {
  const sentence = [
    rows === 1 ? "Query " : "Queries ",
    range(query, rows),
    `${rows === 1 ? " does" : " do"} not see key${columns === 1 ? "" : "s"} `,
    range(key, columns),
    ": the mask hides every later token, so the weight is ",
    "0",
    ".",
  ];
  return { sentence, exact: "" };
}

function oneWeight({ causal, keys, entropy, known }: Readable, { query, key, largest }: Cell): Reading {
  const visible = causal ? Math.min(keys, query + 1) : keys;
  const share =
    visible === 1
      ? ", the only key it sees."
      : `, ${shareInWords(largest * visible)} (1/${count(visible)} = ${reading(1 / visible)}).`;
  const spread = known[query]
    ? ` · entropy of query ${count(query)}: ${exact(entropy[query] as number)} nats, at most ln ${count(visible)} = ${Math.log(visible).toFixed(3)}`
    : "";
  return {
    sentence: ["Query ", count(query), " gives key ", count(key), " a weight of ", reading(largest), share],
    exact: `weight ${exact(largest)}${spread}`,
  };
}

function manyWeights({ query, key, rows, columns, done, largest, sum }: Cell, reduce: Reduction): Reading {
  const [queries, keys] = [range(query, rows), range(key, columns)];
  const isSample = done < rows;
  const among = isSample ? ` (a sample: ${done} of these ${rows} queries)` : "";
  const sentence =
    reduce === "largest"
      ? ["Queries ", queries, " look at keys ", keys, " with a weight of at most ", reading(largest), `${among}.`]
      : [
          "Queries ",
          queries,
          " give keys ",
          keys,
          " together ",
          reading(sum / done),
          ` of their attention, on average${among}.`,
        ];
  const numbers = `largest ${exact(largest)} · sum ${exact(sum)}`;
  return { sentence, exact: `${count(done)} × ${count(columns)} weights: ${numbers}` };
}
