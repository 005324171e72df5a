/** Means out of the core. */
import type { Engine } from "../../compute/engine";

/** Numbers of a call: what it copies does not grow with the rows. */
const numbersOfBlock = 2 ** 22;

const column = (length: number) => ({
  data: new Float32Array(length),
  shape: [1, 1, length, 1] as [number, number, number, number],
});

/** The mean of rows of equal length: what attention gives a query whose score is the same for every key. */
export async function meanOfRows(
  rows: readonly Float32Array[],
  core: Pick<Engine, "attention">,
): Promise<Float32Array> {
  const count = rows.length;
  const length = rows[0]?.length ?? 0;
  const mean = new Float32Array(length);
  const width = Math.max(1, Math.floor(numbersOfBlock / count));
  for (let first = 0; first < length; first += width) {
    const parts = rows.map((row) => row.subarray(first, first + width));
    const dim = parts[0]?.length ?? 0;
    const data = new Float32Array(count * dim);
    for (const [i, part] of parts.entries()) data.set(part, i * dim);
    const value = { data, shape: [1, 1, count, dim] as [number, number, number, number] };
    mean.set((await core.attention({ query: column(1), key: column(count), value })).output.data, first);
  }
  return mean;
}
