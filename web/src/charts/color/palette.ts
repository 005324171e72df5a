/** The figure's colours, read from CSS custom properties so that a host page can set them. */
import { toHex, toOklab } from "./color";

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  /** Index 0 is the single head, h is head h. */
  readonly maps: readonly string[];
}

const hues = 4;
export const maxHeads = 16;

/**
 * Four hues tell heads 1 to 4 apart. Heads 5 to 8 repeat them further from the paper, 9 to 16 repeat those eight with
 * dashed lines (see `dash`): never by hue alone.
 */
export function readPalette(style: Pick<CSSStyleDeclaration, "getPropertyValue">): Palette {
  const read = (name: string) => style.getPropertyValue(name).trim();
  const paper = read("--heed-paper");
  const away = toOklab(paper)[0] > 0.5 ? -0.14 : 0.11;
  const heads = Array.from({ length: maxHeads }, (_, index) => {
    const base = read(`--heed-head-${(index % hues) + 1}`);
    if (Math.floor(index / hues) % 2 === 0) return base;
    const [lightness, a, b] = toOklab(base);
    return toHex([lightness + away, a, b]);
  });
  return { paper, ink: read("--heed-ink"), maps: [read("--heed-single"), ...heads] };
}

/** The line pattern of a map: solid for the single head and heads 1 to 8, dashed from head 9. */
export const dash = (map: number) => (map > 2 * hues ? "5 3" : null);

export const mapName = (map: number) => (map === 0 ? "One head" : `Head ${map}`);
