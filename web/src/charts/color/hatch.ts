/** Diagonal lines over rectangles, as one path: what is hidden. */
import type { Rect } from "../heatmap/heatmap-layout";

const apart = 6;

/** The lines lie on x + y = 6 n, so that those of rectangles that touch meet. */
export const hatchPath = (rects: readonly Rect[]): string => rects.flatMap(linesOf).join("");

function linesOf({ x, y, width, height }: Rect): string[] {
  const first = Math.ceil((x + y) / apart);
  const count = Math.max(0, Math.floor((x + width + y + height) / apart) - first + 1);
  return Array.from({ length: count }, (_, i) => {
    const sum = (first + i) * apart;
    const left = Math.max(x, sum - (y + height));
    const right = Math.min(x + width, sum - y);
    return `M${left},${sum - left}L${right},${sum - right}`;
  });
}
