/**
 * Longformer's local attention: (batch, heads, queries, global + 2 w + 1), the column of key j in the row of query i being
 * global + w + j − i. Its rows end in zeros where the window leaves the text.
 */

import { rowOf } from "./looks";
import { hasPositionsFirst, roleOf } from "./names";
import { setOf } from "./parts";
import type { AttentionSet, Context, Family } from "./reading";

export function banded(context: Context): readonly AttentionSet[] | undefined {
  for (const family of context.families) {
    const role = roleOf(family.id);
    if ((role !== undefined && role !== "weights") || hasPositionsFirst(family.id)) continue;
    const band = bandOf(family);
    if (band) return [{ ...setOf({ weights: family }, { tokens: undefined }), band }];
  }
  return undefined;
}

function bandOf({ tensors }: Family): AttentionSet["band"] | undefined {
  const [tensor] = tensors;
  const [queries = 0, columns = 0] = tensor?.shape.slice(-2) ?? [];
  if (!tensor || tensor.shape.length < 2 || columns < 3 || queries === columns || queries < 2) return undefined;
  const [first, last] = [rowOf(tensor, 0), rowOf(tensor, queries - 1)];
  // Of columns that are of no key, the first and the last row have all.
  for (let before = Math.floor((columns - 1) / 2); before >= 1; before--) {
    const global = columns - 2 * before - 1;
    if (global > Math.min(16, before)) return undefined;
    const outside = Math.min(before, queries - 1);
    const isZero = (row: Float32Array, from: number, to: number) =>
      row.subarray(from, to).every((value) => value === 0);
    const hasWeight = (row: Float32Array, from: number, to: number) => !isZero(row, from, to);
    if (
      isZero(first, global, global + outside) &&
      isZero(last, columns - outside, columns) &&
      hasWeight(first, global + before, columns) &&
      hasWeight(last, global, global + before + 1)
    )
      return { before, global };
  }
  return undefined;
}
