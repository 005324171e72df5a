/** What MathML draws beside its letters: the bar of a fraction, the sign of a root. */
import { painted, svgNode } from "./svg-node";

/** `left` and `top` are the picture's corner on screen. */
export function mathLines(node: Element, style: CSSStyleDeclaration, left: number, top: number): SVGElement[] {
  const path = pathOf(node, left, top);
  if (!path) return [];
  return [svgNode("path", { d: path, fill: "none", "stroke-width": 1, ...painted("stroke", style.color) })];
}

function pathOf(node: Element, left: number, top: number): string | null {
  const { x, y, width, height } = node.getBoundingClientRect();
  const [from, to] = [x - left, x - left + width];
  const [first, second] = [...node.children].map((child) => child.getBoundingClientRect());
  if (!first) return null;
  if (node.localName === "mfrac" && second) {
    const bar = ((first.bottom + second.top) / 2 - top).toFixed(2);
    return `M${from.toFixed(2)},${bar}H${to.toFixed(2)}`;
  }
  if (node.localName !== "msqrt") return null;
  // A tick in the room that the root leaves before what it is taken of, and a line over that.
  const [room, bottom] = [first.left - x, y - top + height];
  const at = (share: number, down: number) =>
    `${(from + share * room).toFixed(2)},${(bottom - down * height).toFixed(2)}`;
  return `M${at(0.1, 0.45)}L${at(0.3, 0.5)}L${at(0.6, 0.02)}L${at(0.95, 0.97)}H${to.toFixed(2)}`;
}
