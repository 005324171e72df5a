/**
 * What a part of the page looks like, as SVG: text as text, canvases as images with a pixel a cell, SVG as it is. It is
 * made from the layout on screen, so that what is taken away is what was seen, whatever the figure.
 */
import { trueResolution } from "../../charts/heatmap/true-resolution";
import { mathLines } from "./snapshot-math";
import { svgGroup } from "./snapshot-svg";
import { textNodes } from "./snapshot-text";
import { painted, paintOf, svgNode } from "./svg-node";

export interface SnapshotOptions {
  /** Selects what is left out: controls, messages. */
  readonly without: string;
  /** Maps that are shown with fewer pixels than they have cells come with all of them. */
  readonly allCells: boolean;
}

interface Walk extends SnapshotOptions {
  readonly left: number;
  readonly top: number;
  readonly defs: SVGElement;
}

/** The picture of `root`, as large as its box. */
export function snapshot(
  root: Element,
  options: SnapshotOptions,
): { picture: SVGElement; width: number; height: number } {
  const { left, top, width, height } = root.getBoundingClientRect();
  const defs = svgNode("defs");
  const picture = svgNode("g");
  picture.append(defs, ...nodesOf(root, { ...options, left, top, defs }));
  if (defs.childNodes.length === 0) defs.remove();
  return { picture, width, height };
}

function nodesOf(node: Node, walk: Walk): SVGElement[] {
  if (node instanceof Text) {
    const parent = node.parentElement;
    const style = parent && getComputedStyle(parent);
    return style && style.visibility !== "hidden" ? textNodes(node, style, walk.left, walk.top) : [];
  }
  if (!(node instanceof Element) || node.matches(walk.without)) return [];
  const style = getComputedStyle(node);
  if (style.display === "none" || style.opacity === "0" || isOnlyForScreenReaders(style)) return [];
  const own = style.visibility === "hidden" ? [] : boxOf(node, style, walk);
  if (node instanceof SVGSVGElement) return present([svgGroup(node, walk.left, walk.top)]);
  if (node instanceof HTMLCanvasElement) return grouped([...own, ...present([imageOf(node, walk)])], node, style, walk);
  const children =
    node instanceof HTMLSlotElement && node.assignedNodes().length > 0 ? node.assignedNodes() : node.childNodes;
  const content = [
    ...own,
    ...(node instanceof MathMLElement ? mathLines(node, style, walk.left, walk.top) : []),
    ...[...children].flatMap((child) => nodesOf(child, walk)),
    ...present([frameOf(node, style, walk)]),
  ];
  return grouped(content, node, style, walk);
}

const present = (nodes: readonly (SVGElement | null)[]) => nodes.filter((node) => node !== null);

const isOnlyForScreenReaders = ({ clipPath, position }: CSSStyleDeclaration) =>
  position === "absolute" && clipPath.startsWith("inset(50%");

/** Faded content fades as one; what is scrolled away stays away. */
function grouped(content: SVGElement[], node: Element, style: CSSStyleDeclaration, walk: Walk): SVGElement[] {
  const overflows = node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
  const clips = overflows && style.overflowX !== "visible" && style.display !== "inline";
  const opacity = Number(style.opacity);
  if (content.length === 0 || (!clips && opacity === 1)) return content;
  const group = svgNode("g", opacity < 1 ? { opacity } : {});
  if (clips) {
    const id = `clip-${walk.defs.childNodes.length}`;
    const clip = svgNode("clipPath", { id });
    clip.append(svgNode("rect", rectOf(node, walk)));
    walk.defs.append(clip);
    group.setAttribute("clip-path", `url(#${id})`);
  }
  group.append(...content);
  return [group];
}

function rectOf(node: Element, { left, top }: Walk) {
  const { x, y, width, height } = node.getBoundingClientRect();
  return { x: x - left, y: y - top, width, height };
}

/** Background and borders. */
function boxOf(node: Element, style: CSSStyleDeclaration, walk: Walk): SVGElement[] {
  const rect = rectOf(node, walk);
  if (rect.width === 0 || rect.height === 0) return [];
  const nodes: SVGElement[] = [];
  if (paintOf(style.backgroundColor))
    nodes.push(svgNode("rect", { ...rect, ...painted("fill", style.backgroundColor) }));
  if (style.backgroundImage.startsWith("repeating-linear-gradient"))
    nodes.push(svgNode("rect", { ...rect, fill: hatch(style, walk.defs) }));
  const { x, y, width, height } = rect;
  const sides = [
    ["Top", x, y, x + width, y],
    ["Bottom", x, y + height, x + width, y + height],
    ["Left", x, y, x, y + height],
    ["Right", x + width, y, x + width, y + height],
  ] as const;
  for (const [side, x1, y1, x2, y2] of sides) {
    const thickness = Number.parseFloat(style[`border${side}Width`]);
    if (style[`border${side}Style`] === "none" || !(thickness > 0)) continue;
    const inwards = side === "Top" || side === "Left" ? thickness / 2 : -thickness / 2;
    const [dx, dy] = side === "Top" || side === "Bottom" ? [0, inwards] : [inwards, 0];
    const line = { x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy, "stroke-width": thickness };
    const dots = style[`border${side}Style`] === "dotted" ? { "stroke-dasharray": `${thickness} ${thickness}` } : {};
    nodes.push(svgNode("line", { ...line, ...dots, ...painted("stroke", style[`border${side}Color`]) }));
  }
  return nodes;
}

/** The hatch behind cells that a mask hides. */
function hatch(style: CSSStyleDeclaration, defs: SVGElement): string {
  const colors = style.backgroundImage.match(/(?:rgba?|color)\([^)]*\)/g) ?? [];
  const [paper = "", line = ""] = [colors.at(0), colors.at(-1)];
  const id = `hatch${line.replace(/\W+/g, "-")}`;
  if (![...defs.children].some((node) => node.id === id)) {
    const pattern = svgNode("pattern", { id, width: 7, height: 7, patternUnits: "userSpaceOnUse" });
    pattern.append(
      svgNode("rect", { width: 7, height: 7, ...painted("fill", paper) }),
      svgNode("path", { d: "M-1 1 1 -1M0 7 7 0M6 8 8 6", "stroke-width": 1, ...painted("stroke", line) }),
    );
    defs.append(pattern);
  }
  return `url(#${id})`;
}

/** What CSS draws on top of an element as a shadow or an outline: the frame around a map. */
function frameOf(node: Element, style: CSSStyleDeclaration, walk: Walk): SVGElement | null {
  const after = getComputedStyle(node, "::after");
  const shadow = [style.boxShadow, after.content === "none" ? "none" : after.boxShadow].find((each) => each !== "none");
  const [color] = (shadow && /(?:rgba?|color)\([^)]*\)/.exec(shadow)) || outlineOf(node, style);
  return color ? svgNode("rect", { ...rectOf(node, walk), fill: "none", ...painted("stroke", color) }) : null;
}

/** What is chosen is outlined; what has the keyboard's focus is so only on screen. */
const outlineOf = (node: Element, { outlineStyle, outlineColor }: CSSStyleDeclaration): string[] =>
  outlineStyle === "none" || node.matches(":focus-visible") ? [] : [outlineColor];

/** Image pixels to each of the picture's, so that a cell's blurred edge is thinner than a line. */
const pixelsEach = 3;
const mostPixels = 2048;

/** Programs that print and most that draw blur an enlarged image, whatever it asks for: its cells come enlarged. */
function enlarged(source: HTMLCanvasElement, width: number): HTMLCanvasElement {
  if (source.width >= width) return source;
  const most = Math.floor(mostPixels / Math.max(source.width, source.height));
  const factor = Math.min(most, Math.ceil((pixelsEach * width) / source.width));
  if (factor <= 1) return source;
  const large = document.createElement("canvas");
  large.width = factor * source.width;
  large.height = factor * source.height;
  const context = large.getContext("2d");
  if (!context) return source;
  context.imageSmoothingEnabled = false;
  context.drawImage(source, 0, 0, large.width, large.height);
  return large;
}

function imageOf(canvas: HTMLCanvasElement, walk: Walk): SVGElement | null {
  const rect = rectOf(canvas, walk);
  if (rect.width === 0 || canvas.width === 0) return null;
  const source = walk.allCells ? enlarged(trueResolution.get(canvas)?.() ?? canvas, rect.width) : canvas;
  return svgNode("image", {
    ...rect,
    href: source.toDataURL("image/png"),
    preserveAspectRatio: "none",
    "image-rendering": "pixelated",
  });
}
