/** Means out of the core. */
import type { Engine } from "../../compute/engine";

const column = (length: number) => ({
  data: new Float32Array(length),
  shape: [1, 1, length, 1] as [number, number, number, number],
});

/** The mean of `count` rows: what attention gives a query whose score is the same for every key. */
export async function meanOfRows(
  rows: Float32Array,
  count: number,
  core: Pick<Engine, "attention">,
): Promise<Float32Array> {
  const value = { data: rows, shape: [1, 1, count, rows.length / count] as [number, number, number, number] };
  return (await core.attention({ query: column(1), key: column(count), value })).output.data;
}
