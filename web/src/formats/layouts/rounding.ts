/** How whole numbers stand for weights, and how far a row of weights may be from a sum of 1 by the rounding of its type alone. */
import type { DataFile } from "../tensor";
import type { MapSource } from "./map-source";
import type { Family } from "./reading";

const isWhole = /^[<>|=]?[iu]\d|int\d|^[IU]\d/;

/** Whole numbers times the scale that lies beside them under their name, with what was done. */
export function withScale(maps: MapSource, { id }: Family, { tensors }: DataFile): [MapSource, string[]] {
  const own = id.replace(/[#\d]+$/, "");
  const found = tensors.find(
    ({ name, data }) => data.length === 1 && [`${own}_scale`, `${own}.scale`, "scale"].includes(name),
  );
  const factor = Number(found?.data[0]);
  if (!found || !isWhole.test(maps.dtype) || !(found.data instanceof Float32Array) || !(factor > 0)) return [maps, []];
  const matrix = (layer: number, head: number) => maps.matrix(layer, head).map((value) => value * factor);
  return [
    { ...maps, isHeld: false, dtype: "float16", matrix },
    [`its whole numbers are multiplied by ${found.name}, ${Number(factor.toPrecision(4))}`],
  ];
}

/** Half of the distance between neighbours, relative to the smaller: 2^−(bits of the significand, with the first). */
const unit: readonly (readonly [RegExp, number])[] = [
  [/^([<>|=]?f2|f16|float16|half)$/i, 2 ** -11],
  [/^([<>|=]?V2|bf16|bfloat16)$/i, 2 ** -8],
  [/e4m3|^[<>|]?(V1|f1)$/i, 2 ** -4],
  [/e5m2/i, 2 ** -3],
];

/** Numbers in texts are often written with three or four decimals. */
const ofText = 2e-3;
/** What a sum of `keys` float32 numbers may lose, and computing in float16 before saving as float32: 2^−11. */
const ofFloats = 2 ** -11;

/**
 * Each weight w is rounded to w (1 + δ) with |δ| ≤ u, so that a sum of 1 comes to lie within u of 1; adding up n numbers in
 * float32 loses at most n · 2^−24 more.
 */
export function sumTolerance(dtype: string, keys: number): number {
  const found = unit.find(([pattern]) => pattern.test(dtype.replace(/^(torch|np|numpy)\./, "")));
  const own = found ? found[1] : dtype === "text" || dtype === "json" ? ofText : ofFloats;
  return own + keys * 2 ** -24;
}
