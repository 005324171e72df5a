/** In which order heads stand in the grid. Pure. */
import type { HeadReport } from "../../models/models";
import type { Scene } from "../scene";
import type { Order } from "../state";

/** Heads with the largest score first, or those most like the chosen one; those that are not computed yet last, in their order. */
export function sortHeads<T extends { layer: number; head: number }>(
  heads: readonly T[],
  { layers, divergence, similarity }: Pick<Scene, "layers" | "divergence" | "similarity">,
  order: Exclude<Order, "layer">,
): T[] {
  const last = Number.NEGATIVE_INFINITY;
  const score = ({ layer, head }: T) => {
    if (order === "change") return divergence[layer]?.[head] ?? last;
    if (order === "similarity") return -(similarity[layer]?.[head] ?? Number.POSITIVE_INFINITY);
    const report = layers[layer]?.[head];
    return report ? scoreOf(report, order) : last;
  };
  const compare = (a: number, b: number) => (a === b ? 0 : b - a);
  return [...heads].sort((a, b) => compare(score(a), score(b)) || a.layer - b.layer || a.head - b.head);
}

export function scoreOf(report: HeadReport, order: Exclude<Order, "layer" | "similarity" | "change">): number {
  return {
    entropy: report.entropy,
    distance: report.meanDistance,
    "previous token": report.previousToken,
    "first token": report.firstToken,
    self: report.self,
    "duplicate token": report.duplicateToken,
    induction: report.induction,
    local: report.local,
  }[order];
}
