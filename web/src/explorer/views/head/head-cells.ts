/** What is in the cells of a head's map: weights, logits or norms, of the run as it is, of the changed one, or the difference. Pure. */
import type { Cells } from "../../../charts/heatmap/raster";
import type { HeadWeights, WeightDifference } from "../../../models/models";
import { isCausal, type Place, type Scene } from "../../scene";
import type { Block, CellValue } from "../../state";

export interface HeadCells extends Cells {
  /** From the first query and key that are in it. */
  readonly firstQuery: number;
  readonly firstKey: number;
  /** The largest distance from 0. */
  readonly largest: number;
  /** Whether there are numbers below 0. */
  readonly isSigned: boolean;
}

/** Null while what is asked for is not there. */
export function cellsOf(scene: Scene): HeadCells | null {
  const { state, head, changedHead, difference, values, text } = scene;
  const { value, comparison } = state;
  const isWeight = value === "weight" || state.head === null;
  const base = comparison === "with the changes" ? changedHead : head;
  if (!base || !head) return null;
  let cells: HeadCells;
  if (comparison === "difference") {
    if (!difference) return null;
    cells = cellsOfDifference(base, difference);
  } else if (isWeight || comparison === "with the changes") {
    cells = weightsOf(base);
  } else {
    if (!values) return null;
    cells = isLogit(value) ? signed(base, values) : unsigned(base, values);
    // Products and logits there are of hidden pairs too.
    if (value === "product" || value === "logit")
      cells = {
        ...cells,
        visible: new Uint8Array(values.length).fill(1),
        visibleKeys: cells.visibleKeys.map(() => cells.keys),
      };
  }
  return state.block === "all" ? cells : cropped(cells, state.block, text.sequenceIds, isCausal(scene));
}

/** A place among all queries and keys, in these cells; null where its query is not in them. */
export function innerPlace(cells: HeadCells, { query, key }: Place): Place | null {
  const row = query - cells.firstQuery;
  const column = key === null ? null : key - cells.firstKey;
  if (row < 0 || row >= cells.queries) return null;
  return { query: row, key: column !== null && column >= 0 && column < cells.keys ? column : null };
}

/** Its weights as they are. */
export const weightsOf = (head: HeadWeights): HeadCells => ({ ...head, firstQuery: 0, firstKey: 0, isSigned: false });

/** What it takes to come from it to another head, where the queries of this one see. */
export const cellsOfDifference = (head: HeadWeights, difference: WeightDifference): HeadCells => ({
  ...weightsOf(head),
  ...difference,
  isSigned: true,
});

export const isLogit = (value: CellValue) => value === "product" || value === "logit" || value === "masked logit";

const largestOf = (head: HeadWeights, values: Float32Array) =>
  values.reduce((most, value, i) => (head.visible[i] === 1 && Math.abs(value) > most ? Math.abs(value) : most), 0);

const signed = (head: HeadWeights, values: Float32Array): HeadCells => ({
  ...head,
  weights: values,
  firstQuery: 0,
  firstKey: 0,
  largest: largestOf(head, values),
  isSigned: true,
});

const unsigned = (head: HeadWeights, values: Float32Array): HeadCells => ({ ...signed(head, values), isSigned: false });

/** Tokens of each text of a pair lie beside each other. */
function spanOf(sequenceIds: readonly (0 | 1 | null)[], sequence: 0 | 1): { first: number; count: number } {
  const first = sequenceIds.indexOf(sequence);
  return { first: Math.max(0, first), count: first < 0 ? 0 : sequenceIds.lastIndexOf(sequence) - first + 1 };
}

function cropped(
  cells: HeadCells,
  block: Exclude<Block, "all">,
  sequenceIds: readonly (0 | 1 | null)[] | undefined,
  causal: boolean,
): HeadCells {
  if (!sequenceIds || causal) return cells;
  const [from = "", to = ""] = block.split(" → ");
  const rows = spanOf(sequenceIds, from === "A" ? 0 : 1);
  const columns = spanOf(sequenceIds, to === "A" ? 0 : 1);
  const part = <T extends Float32Array | Uint8Array>(all: T, make: (length: number) => T): T => {
    const out = make(rows.count * columns.count);
    for (let i = 0; i < rows.count; i++) {
      const start = (rows.first + i) * cells.keys + columns.first;
      out.set(all.subarray(start, start + columns.count), i * columns.count);
    }
    return out;
  };
  const { visible } = cells;
  return {
    ...cells,
    queries: rows.count,
    keys: columns.count,
    firstQuery: rows.first,
    firstKey: columns.first,
    weights: part(cells.weights as Float32Array, (length) => new Float32Array(length)),
    ...(visible && { visible: part(visible as Uint8Array, (length) => new Uint8Array(length)) }),
    visibleKeys: cells.visibleKeys.slice(rows.first, rows.first + rows.count),
  };
}
