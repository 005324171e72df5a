/** Texts in letters wider or higher than those that their places were chosen for. */

/** Moves each text that passes the left or right edge of what is `width` wide back into it. */
export function keepInside(texts: Iterable<SVGTextElement>, width: number): void {
  const beyond = measured(texts, ({ x, width: across }) => Math.max(0, -x) || Math.min(0, width - x - across));
  for (const [text, move] of beyond) text.setAttribute("x", String(numberOf(text, "x") + move));
}

/** The same at the right edge of texts that come down at 45° to where they end. */
export function keepSlantedInside(texts: Iterable<SVGTextElement>, width: number): void {
  // Furthest to the right is the corner above the end.
  const beyond = measured(texts, (box, text) => {
    const [x, y] = [numberOf(text, "x"), numberOf(text, "y")];
    return Math.min(0, width - x - (box.x + box.width - x + y - box.y) / Math.SQRT2);
  });
  for (const [text, move] of beyond)
    text.setAttribute("transform", `translate(${move} 0) ${text.getAttribute("transform")}`);
}

/** Where texts that stand below each other begin: at `x`, or further left where the longest would pass `right`. */
export const startInside = (texts: Iterable<SVGTextElement>, x: number, right: number): number =>
  Math.min(x, right - Math.max(0, ...[...texts].map((text) => text.getComputedTextLength())));

/** The texts that have to move, and how far. All are read before any is moved, so that the page is laid out once. */
const measured = (texts: Iterable<SVGTextElement>, moveOf: (box: DOMRect, text: SVGTextElement) => number) =>
  [...texts].map((text) => [text, moveOf(text.getBBox(), text)] as const).filter(([, move]) => move !== 0);

const numberOf = (text: SVGTextElement, attribute: string) => Number(text.getAttribute(attribute));
