/** What at least one of two maps of the same queries and keys sees. */
import { type Cells, isVisible } from "../../charts/heatmap/raster";

export type Seen = Omit<Cells, "weights">;

export function seenByEither(a: Seen, b: Seen): Seen {
  const { queries, keys } = a;
  if (a.visible === b.visible) {
    const visibleKeys = a.visibleKeys.map((seen, query) => Math.max(seen, b.visibleKeys[query] ?? 0));
    return { queries, keys, visibleKeys, ...(a.visible ? { visible: a.visible } : {}) };
  }
  const visible = new Uint8Array(queries * keys);
  const visibleKeys = new Float32Array(queries);
  for (let query = 0; query < queries; query++)
    for (let key = 0; key < keys; key++) {
      if (!isVisible(a, query, key) && !isVisible(b, query, key)) continue;
      visible[query * keys + key] = 1;
      visibleKeys[query] = (visibleKeys[query] ?? 0) + 1;
    }
  return { queries, keys, visibleKeys, visible };
}
