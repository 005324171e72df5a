/** A figure to take away: title, what was set, the drawing, its sentence and caption as on screen, and where it comes from. */
import { xmlText } from "../../model/visible-text";
import { snapshot } from "./snapshot";
import { painted, svgNamespace, svgNode } from "./svg-node";

/** What a picture says beside what is drawn. */
export interface PictureFacts {
  readonly title: string;
  /** "d_k 64 · seed 1" */
  readonly settings: string;
  /** "random weights, seed 42" */
  readonly provenance: string;
  /** The address that shows the figure in this state. */
  readonly link: string;
}

const margin = 20;
const lineHeight = 18;
const gap = 12;
const fontSize = 13;
const leftOut = ".controls, .message, .fallback, details, .not-exported, [hidden]";

/** An SVG document of the figure whose parts stand in the box `figure`, in the colours that it has now. */
export function pictureOf(figure: Element, facts: PictureFacts, allCells: boolean): SVGElement {
  const style = getComputedStyle(figure);
  const { picture, width } = snapshot(figure, { without: leftOut, allCells });
  const content = contentOf(figure);
  const wrap = wrapper(`${fontSize}px ${style.fontFamily}`, width);
  const soft = style.getPropertyValue("--soft");
  const head = [
    { text: facts.title, color: style.color, weight: "650" },
    ...wrap(facts.settings).map((text) => ({ text, color: soft, weight: "400" })),
  ];
  const foot = wrap(`${facts.provenance} · ${facts.link}`).map((text) => ({ text, color: soft, weight: "400" }));
  const contentTop = margin + head.length * lineHeight + gap;
  const footTop = contentTop + content.height + gap;
  const size = { width: Math.ceil(width + 2 * margin), height: Math.ceil(footTop + foot.length * lineHeight + margin) };

  const line =
    (top: number) =>
    ({ text, color, weight }: (typeof head)[number], index: number) => {
      const font = {
        "font-family": style.fontFamily.replaceAll('"', "'"),
        "font-size": fontSize,
        "font-weight": weight,
      };
      const place = { x: margin, y: top + index * lineHeight + fontSize };
      const node = svgNode("text", { ...place, ...font, ...painted("fill", color) });
      node.textContent = text;
      return node;
    };
  const title = svgNode("title");
  title.textContent = facts.title;
  const ground = svgNode("rect", { ...size, ...painted("fill", style.getPropertyValue("--paper")) });
  picture.setAttribute("transform", `translate(${margin} ${(contentTop - content.top).toFixed(2)})`);
  const root = svgNode("svg", { ...size, viewBox: `0 0 ${size.width} ${size.height}` });
  root.setAttribute("xmlns", svgNamespace);
  root.append(title, ground, ...head.map(line(margin)), picture, ...foot.map(line(footTop)));
  return root;
}

/** The part of the figure's box that is taken away, relative to its top. */
function contentOf(figure: Element): { top: number; height: number } {
  const { top } = figure.getBoundingClientRect();
  const boxes = [...figure.children]
    .filter((child) => !child.matches(leftOut))
    .map((child) => child.getBoundingClientRect())
    .filter(({ height }) => height > 0);
  const first = Math.min(...boxes.map((box) => box.top));
  const last = Math.max(...boxes.map((box) => box.bottom));
  return boxes.length > 0 ? { top: first - top, height: last - first } : { top: 0, height: 0 };
}

/** Breaks text at spaces into lines that are not wider than `width`. */
function wrapper(font: string, width: number): (text: string) => string[] {
  const context = document.createElement("canvas").getContext("2d");
  if (context) context.font = font;
  const fits = (text: string) => !context || context.measureText(text).width <= width;
  return (text) => {
    const lines: string[] = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
      if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };
}

/** Whatever its texts are, it is well-formed XML: serializers leave in what XML forbids. */
export const svgText = (picture: SVGElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(new XMLSerializer().serializeToString(picture))}\n`;

/** A PNG of the picture, `scale` pixels to each of its own. Rejects where the page's policy forbids images from data. */
export async function pngOf(picture: SVGElement, scale: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(picture))}`;
  try {
    await image.decode();
  } catch {
    throw new Error("the picture could not be drawn; a content security policy must allow img-src data:");
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(Number(picture.getAttribute("width")) * scale);
  canvas.height = Math.round(Number(picture.getAttribute("height")) * scale);
  const context = canvas.getContext("2d");
  context?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!context || !blob)
    throw new Error(`a picture of ${canvas.width} × ${canvas.height} pixels is more than this browser can draw`);
  return blob;
}
