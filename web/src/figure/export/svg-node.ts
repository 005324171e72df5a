/** Making SVG: elements, and colours as every program that reads SVG knows them. */
export const svgNamespace = "http://www.w3.org/2000/svg";

export function svgNode(name: string, attributes: Readonly<Record<string, string | number>> = {}): SVGElement {
  const node = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes))
    node.setAttribute(key, typeof value === "number" ? String(Number(value.toFixed(2))) : value);
  return node;
}

export interface Paint {
  /** "#rrggbb" */
  readonly color: string;
  readonly opacity: number;
}

const normalising = document.createElement("canvas").getContext("2d");

/** A CSS colour; null where nothing would be seen. Inkscape and TeX know neither rgba() nor color(). */
export function paintOf(css: string): Paint | null {
  const isUnit = css.startsWith("color(srgb");
  if (!isUnit && !css.startsWith("rgb")) return namedPaint(css);
  const [red = 0, green = 0, blue = 0, opacity = 1] = css.match(/-?[\d.]+(e-?\d+)?/gi)?.map(Number) ?? [];
  const hex = [red, green, blue]
    .map((channel) => Math.min(255, Math.max(0, Math.round(isUnit ? channel * 255 : channel))))
    .map((channel) => channel.toString(16).padStart(2, "0"));
  return opacity > 0 ? { color: `#${hex.join("")}`, opacity } : null;
}

/** Whatever else a browser takes for a colour, as it writes it itself. */
function namedPaint(css: string): Paint | null {
  if (!normalising || css === "none" || css === "" || css.startsWith("url")) return null;
  normalising.fillStyle = "#000000";
  normalising.fillStyle = css;
  const { fillStyle } = normalising;
  return fillStyle.startsWith("#") ? { color: fillStyle, opacity: 1 } : paintOf(fillStyle);
}

/** Attributes that paint with a computed colour: fill or stroke. */
export function painted(kind: "fill" | "stroke", css: string): Record<string, string> {
  const paint = paintOf(css);
  if (!paint) return { [kind]: "none" };
  return { [kind]: paint.color, ...(paint.opacity < 1 ? { [`${kind}-opacity`]: String(paint.opacity) } : {}) };
}
