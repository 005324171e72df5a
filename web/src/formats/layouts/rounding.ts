/** How far a row of weights may be from a sum of 1 by the rounding of its type alone. */

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
