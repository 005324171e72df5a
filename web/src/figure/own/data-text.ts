/** Tensors and labels as JSON that `fromJson` reads, each float32 with as few digits as tell it from its neighbours. Pure. */
import type { DataFile } from "../../formats/tensor";

/** What is sure not to fit into a link. */
const mostNumbers = 20_000;

const written = new WeakMap<DataFile, string | null>();

/** null where that would be too long for a link, or where JSON has no number for one of them. */
export function dataText(file: DataFile): string | null {
  const known = written.get(file);
  if (known !== undefined) return known;
  const text = write(file);
  written.set(file, text);
  return text;
}

function write({ tensors, labels }: DataFile): string | null {
  const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
  if (count > mostNumbers) return null;
  const arrays = [];
  for (const { name, shape, dtype, data } of tensors) {
    // Numbers that are as their file has them are very many.
    if (!(data instanceof Float32Array) || !data.every(Number.isFinite)) return null;
    // The type says how far rows may be from a sum of 1; a list of numbers is not written in it.
    arrays.push([name, { shape, ...(dtype === "json" ? {} : { dtype }), data: Array.from(data, shortest) }]);
  }
  return JSON.stringify({ ...Object.fromEntries(arrays), ...labels });
}

/** 0.1 rather than 0.10000000149011612. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
