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

/** Nothing negative, and rows of about 1: bfloat16 and a short JSON round to less than a hundredth. */
export const looksLikeWeights = (tensor: NamedTensor): boolean => {
  const rows = rowsOf(tensor);
  return rows.length > 0 && rows.every((row) => row.every((value) => value >= 0) && Math.abs(sum(row) - 1) < 0.02);
};

export const hasNegatives = (tensor: NamedTensor): boolean =>
  rowsOf(tensor).some((row) => row.some((value) => value < 0));

const sum = (row: Float32Array) => row.reduce((total, value) => total + value, 0);

/** One row of the first map. */
export const rowOf = ({ data, half, shape }: NamedTensor, row: number): Float32Array => {
  const width = shape.at(-1) ?? 0;
  return floatsOf({ data: data.subarray(row * width, (row + 1) * width), ...(half ? { half } : {}) } as NamedTensor);
};
