/** What the figure reads when nobody points at anything: the strongest look of one token at another. */
import { isVisible } from "../../charts/heatmap/raster";
import type { HeadMap } from "../../compute/client";
import type { Place } from "../../model/place";

const upTo = 512;

/** Null for maps so large that looking for it would be felt. */
export function strongestCell(map: HeadMap): Place | null {
  if (map.queries > upTo) return null;
  if (map.queries === 1) return { query: 0, key: 0, map: 0 };
  // Scores that are shown as they are may all be negative.
  let best = { query: 1, key: 0, weight: Number.NEGATIVE_INFINITY };
  for (let query = 0; query < map.queries; query++) {
    // A query that sees two keys has no choice to speak of.
    if ((map.visibleKeys[query] ?? 0) <= 2 && map.queries > 2) continue;
    for (let key = 0; key < map.keys; key++) {
      if (!isVisible(map, query, key)) continue;
      const weight = map.weights[query * map.keys + key] ?? 0;
      if (key !== query && weight > best.weight) best = { query, key, weight };
    }
  }
  return { query: best.query, key: best.key, map: 0 };
}
