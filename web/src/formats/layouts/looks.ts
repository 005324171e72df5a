/** What numbers look like, from a few rows: enough to tell layouts apart. What is said of the numbers themselves comes from the core. */
import { floatsOf } from "../element-types";
import type { NamedTensor } from "../tensor";

const someRows = 8;

/** Some rows of a tensor, evenly among all of them. */
function rowsOf({ data, half, shape }: NamedTensor): Float32Array[] {
  const width = shape.at(-1) ?? 0;
  const rows = width > 0 ? data.length / width : 0;
  const step = Math.max(1, Math.floor(rows / someRows));
  return Array.from({ length: Math.min(someRows, rows) }, (_, i) => {
    const from = i * step * width;
    return floatsOf({ data: data.subarray(from, from + width), ...(half ? { half } : {}) } as NamedTensor);
  });
}

/** bfloat16 and a short JSON round to less than a hundredth. */
const isAboutOne = (total: number) => Math.abs(total - 1) < 0.02;

/** Nothing negative, and rows of about 1. */
export const looksLikeWeights = (tensor: NamedTensor): boolean => {
  // A row with NaN says nothing of the others.
  const rows = rowsOf(tensor).filter((row) => !row.some(Number.isNaN));
  return rows.length > 0 && rows.every((row) => row.every((value) => value >= 0) && isAboutOne(sum(row)));
};

/** Above it a check of every number of a map takes too long for a guess. */
const mostChecked = 2 ** 22;

/** A square map without negative numbers whose columns add up to 1, as rows should, and whose rows do not: keys come before queries. */
export function looksTransposed(tensor: NamedTensor): boolean {
  const side = tensor.shape.at(-1) ?? 0;
  if (side < 2 || tensor.shape.at(-2) !== side || side * side > mostChecked || looksLikeWeights(tensor)) return false;
  const columns = new Float64Array(side);
  for (let row = 0; row < side; row++)
    for (const [i, value] of rowOf(tensor, row).entries()) {
      if (value < 0) return false;
      columns[i] = (columns[i] as number) + value;
    }
  return columns.every(isAboutOne);
}

export const hasNegatives = (tensor: NamedTensor): boolean =>
  rowsOf(tensor).some((row) => row.some((value) => value < 0));

const sum = (row: Float32Array) => row.reduce((total, value) => total + value, 0);

/** One row of the first map. */
export const rowOf = ({ data, half, shape }: NamedTensor, row: number): Float32Array => {
  const width = shape.at(-1) ?? 0;
  return floatsOf({ data: data.subarray(row * width, (row + 1) * width), ...(half ? { half } : {}) } as NamedTensor);
};
