/** HTML text as SVG text: one element a line, where the line stands on screen. */
import { painted, svgNode } from "./svg-node";

interface Line {
  readonly text: string;
  readonly rect: DOMRect;
}

const measuring = document.createElement("canvas").getContext("2d");

/** How far the baseline lies below the top of a line's box. */
function ascentOf(style: CSSStyleDeclaration, boxHeight: number): number {
  if (!measuring) return 0.8 * boxHeight;
  measuring.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = measuring.measureText("x");
  // The box of inline text is as high as the font, whatever the line height.
  return ascent + (boxHeight - ascent - descent) / 2;
}

export const fontAttributes = (style: CSSStyleDeclaration): Record<string, string> => ({
  "font-family": style.fontFamily.replaceAll('"', "'"),
  "font-size": style.fontSize,
  ...(style.fontWeight === "400" ? {} : { "font-weight": style.fontWeight }),
  ...(style.fontStyle === "normal" ? {} : { "font-style": style.fontStyle }),
});

/** The SVG of a text node whose parent has this style; `left` and `top` are the picture's corner on screen. */
export function textNodes(node: Text, style: CSSStyleDeclaration, left: number, top: number): SVGElement[] {
  const sideways = style.writingMode !== "horizontal-tb";
  return linesOf(node, sideways).map(({ text, rect }) => {
    const shown = style.textTransform === "uppercase" ? text.toUpperCase() : text;
    const attributes = { ...fontAttributes(style), ...painted("fill", style.color) };
    const across = ascentOf(style, sideways ? rect.width : rect.height);
    const place = sideways
      ? {
          transform: `translate(${(rect.left - left + across).toFixed(2)} ${(rect.bottom - top).toFixed(2)}) rotate(-90)`,
        }
      : { x: rect.left - left, y: rect.top - top + across };
    const element = svgNode("text", { ...attributes, ...place });
    element.textContent = shown;
    return element;
  });
}

/** Words that stand on one line make one line, as white space is collapsed on screen. */
function linesOf(node: Text, sideways: boolean): Line[] {
  const lines: { text: string; rect: DOMRect }[] = [];
  const range = document.createRange();
  for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const rect = range.getBoundingClientRect();
    if (rect.width === 0 && rect.height === 0) continue;
    const line = lines.at(-1);
    const same = line && (sideways ? Math.abs(line.rect.left - rect.left) < 2 : Math.abs(line.rect.top - rect.top) < 2);
    if (line && same) {
      line.text += ` ${word}`;
      line.rect = union(line.rect, rect);
    } else lines.push({ text: word, rect });
  }
  return lines;
}

function union(a: DOMRect, b: DOMRect): DOMRect {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  return new DOMRect(left, top, Math.max(a.right, b.right) - left, Math.max(a.bottom, b.bottom) - top);
}
