/** A last column that is no token: models with sinks (gpt-oss) give weight to it, which no token gets. */
import type { DataFile } from "../tensor";
import { rowOf } from "./looks";
import type { AttentionSet } from "./reading";

/** Causal maps of n queries and n + 1 keys whose first query gives weight to its own key and to the last column alone. */
export function withSink(set: AttentionSet, { labels }: DataFile): AttentionSet {
  const part = set.parts.weights;
  const [tensor] = part?.family.tensors ?? [];
  if (!part || !tensor || set.band || part.listed === "step" || part.axes.at(-1) !== "key") return set;
  const [queries = 0, keys = 0] = tensor.shape.slice(-2);
  if (keys !== queries + 1 || queries < 2) return set;
  const names = set.keyTokens.map((name) => labels[name]?.length).find((length) => length !== undefined);
  const row = rowOf(tensor, 0);
  const isCausal = row.subarray(1, -1).every((value) => value === 0) && (row.at(-1) ?? 0) > 0;
  return isCausal && names !== keys ? { ...set, sink: "last" } : set;
}
