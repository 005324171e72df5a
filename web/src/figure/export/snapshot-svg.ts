/** SVG on screen as SVG that stands alone: the styles that its page gave it become attributes. */
import { fontAttributes } from "./snapshot-text";
import { painted, svgNode } from "./svg-node";

const shapes = new Set([
  "path",
  "rect",
  "circle",
  "ellipse",
  "line",
  "polyline",
  "polygon",
  "text",
  "tspan",
  "image",
  "use",
]);
/** Geometry is an attribute already; these are what style sheets may have set. */
const copied = [
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "text-anchor",
  "paint-order",
] as const;
const initial: Readonly<Record<string, string>> = {
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  "text-anchor": "start",
  "paint-order": "normal",
};
const xmlNamespace = "http://www.w3.org/XML/1998/namespace";
/** Where the middle of lower-case letters lies above the baseline; programs disagree on dominant-baseline. */
const middleOfText = 0.35;

/** A whole <svg> as a group in the coordinates of a picture whose corner is at (left, top) on screen. */
export function svgGroup(svg: SVGSVGElement, left: number, top: number): SVGElement | null {
  const matrix = svg.getScreenCTM();
  if (!matrix) return null;
  const { a, b, c, d, e, f } = matrix;
  const numbers = [a, b, c, d, e - left, f - top].map((number) => Number(number.toFixed(4)));
  const group = svgNode("g", { transform: `matrix(${numbers.join(" ")})` });
  group.append(...childrenOf(svg));
  return group.childNodes.length > 0 ? group : null;
}

const childrenOf = (element: Element): SVGElement[] =>
  [...element.children].flatMap((child) => (child instanceof SVGElement ? styled(child) : []));

function styled(element: SVGElement): SVGElement[] {
  const style = getComputedStyle(element);
  if (style.display === "none") return [];
  const name = element.localName;
  const isShape = shapes.has(name);
  if (isShape && style.visibility === "hidden") return [];
  const copy = element.cloneNode(false) as SVGElement;
  for (const attribute of ["class", "style", "id", "tabindex", "role", "visibility"]) copy.removeAttribute(attribute);
  for (const { name: attribute } of [...copy.attributes])
    if (attribute.startsWith("aria-") || attribute.startsWith("data-")) copy.removeAttribute(attribute);
  // With what style sheets say; about the origin, as SVG has it.
  if (style.transform !== "none") copy.setAttribute("transform", style.transform);
  if (Number(style.opacity) < 1) copy.setAttribute("opacity", style.opacity);
  if (isShape) addStyle(copy, element, style);
  // A nested <svg> clips what passes its edge.
  if (name === "svg") return [nested(element as SVGSVGElement, copy)];
  if (name === "text" || name === "tspan") {
    copy.append(...textOf(element));
    // Else some programs drop the space with which a part begins.
    if (copy.childElementCount > 0) copy.setAttributeNS(xmlNamespace, "xml:space", "preserve");
  } else copy.append(...childrenOf(element));
  const isEmptyGroup = name === "g" && copy.childNodes.length === 0;
  return isEmptyGroup ? [] : [copy];
}

function addStyle(copy: SVGElement, element: SVGElement, style: CSSStyleDeclaration): void {
  const attributes: Record<string, string> = { ...painted("fill", style.fill), ...painted("stroke", style.stroke) };
  for (const [opacity, kind] of [
    [style.fillOpacity, "fill-opacity"],
    [style.strokeOpacity, "stroke-opacity"],
  ] as const)
    if (opacity !== "1") attributes[kind] = opacity;
  for (const property of copied) {
    const value = style.getPropertyValue(property);
    if (value && value !== initial[property]) attributes[property] = value;
  }
  if (element instanceof SVGTextContentElement) {
    Object.assign(attributes, fontAttributes(style));
    const shift = style.dominantBaseline === "central" || style.dominantBaseline === "middle";
    if (shift && element.localName === "text") attributes.dy = `${middleOfText * Number.parseFloat(style.fontSize)}`;
    copy.removeAttribute("dominant-baseline");
  }
  if (attributes.stroke === "none") for (const property of copied.slice(0, 4)) delete attributes[property];
  for (const [key, value] of Object.entries(attributes)) copy.setAttribute(key, value);
}

const textOf = (element: Element): Node[] =>
  [...element.childNodes].flatMap((child): Node[] => {
    if (child instanceof Text) return [document.createTextNode(child.data)];
    return child instanceof SVGElement ? styled(child) : [];
  });

function nested(svg: SVGSVGElement, copy: SVGElement): SVGElement {
  copy.append(...childrenOf(svg));
  if (getComputedStyle(svg).overflow === "visible") copy.setAttribute("overflow", "visible");
  return copy;
}
