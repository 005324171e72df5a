/** Labels in letters wider than those that their places were chosen for. */
import type { BaseType, Selection } from "d3-selection";

/** Moves texts that pass the left or right edge of a plane back into it. */
export function keepInside<Element extends BaseType>(
  svg: Selection<Element, unknown, null, undefined>,
  width: number,
): void {
  const texts = svg.selectAll<SVGTextElement, unknown>("text").nodes();
  // All are read before any is moved, so that the page is laid out once.
  const moves = texts.map((text) => {
    const box = text.getBBox();
    return Math.max(0, -box.x) || Math.min(0, width - box.x - box.width);
  });
  for (const [i, text] of texts.entries())
    if (moves[i]) text.setAttribute("x", String(Number(text.getAttribute("x")) + (moves[i] as number)));
}
