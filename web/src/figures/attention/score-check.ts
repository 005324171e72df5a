/** Whether maps are scores before softmax: weights are never negative. Looks at one row of each map. */
import type { MapSource } from "../../formats/layouts/map-source";

const most = 64;

export function looksLikeScores(maps: MapSource): boolean {
  const { layers, heads } = maps;
  const count = layers * heads;
  const step = Math.max(1, Math.floor(count / most));
  for (let i = 0; i < count; i += step) {
    const matrix = maps.matrix(Math.floor(i / heads), i % heads);
    // Of large maps a part is enough.
    const part = i === 0 ? matrix : matrix.subarray(0, 4 * maps.columns);
    if (part.some((value) => value < 0)) return true;
  }
  return false;
}
