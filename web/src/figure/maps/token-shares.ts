/** What one token's row or column of a map holds, for tinting a text and for naming its largest weights. Pure. */
import type { HeadMap } from "../../compute/client";

export type WeightsOfHead = Pick<HeadMap, "weights" | "queries" | "keys">;

/** What a token gives to each other as a query, along its row; or receives from each as a key, down its column. */
export const weightsOf = ({ weights, queries, keys }: WeightsOfHead, token: number, gives: boolean): Float32Array =>
  gives
    ? weights.subarray(token * keys, (token + 1) * keys)
    : Float32Array.from({ length: queries }, (_, i) => weights[i * keys + token] ?? 0);

/** As shares of the largest. */
export function sharesOf(values: Float32Array): Float32Array {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? values.map((value) => value / most) : values;
}

/** Indices of the largest values, the largest first, of equal ones the first. */
export function largestFirst(values: ArrayLike<number>, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    let at = found.length;
    while (at > 0 && (values[found[at - 1] as number] as number) < value) at--;
    if (at >= count) continue;
    found.splice(at, 0, i);
    if (found.length > count) found.pop();
  }
  return found;
}
