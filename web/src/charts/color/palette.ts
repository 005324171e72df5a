/** The figure's colours, read from CSS custom properties so that a host page can set them. */
import { toHex, toOklab } from "./color";

export interface Palette {
  readonly paper: string;
  readonly ink: string;
  /** Index 0 is the single head, h is head h. */
  readonly maps: readonly string[];
}

const hues = 4;
const colors = 16;
const maxHeads = 32;

/** A way from the colours of heads 1 to 4 to those of four more: turned in hue by degrees, lighter, and with less chroma. */
interface Derivation {
  readonly turn: number;
  readonly lightness: number;
  readonly chroma: number;
}

/**
 * Found by search over all such ways: no two of the 16 colours are nearer to each other than heads 1 and 3 are, for readers with
 * and without each kind of colour blindness, and all of them can be read as text on the paper.
 */
const derivations: Readonly<Record<"light" | "dark", readonly Derivation[]>> = {
  light: [
    { turn: 0, lightness: 0, chroma: 1 },
    { turn: 0, lightness: -0.14, chroma: 1 },
    { turn: 54, lightness: -0.04, chroma: 0.5 },
    { turn: -60, lightness: -0.25, chroma: 1 },
  ],
  dark: [
    { turn: 0, lightness: 0, chroma: 1 },
    { turn: 0, lightness: 0.11, chroma: 1 },
    { turn: -54, lightness: -0.1, chroma: 1 },
    { turn: -36, lightness: 0.25, chroma: 1 },
  ],
};

/**
 * Heads 1 to 4 have the hues that the page or the figure's styles name, 5 to 16 colours made of them, unless the page names
 * those too; 17 to 32 repeat the 16 with other lines (see `dash`).
 */
export function readPalette(style: Pick<CSSStyleDeclaration, "getPropertyValue">): Palette {
  const read = (name: string) => style.getPropertyValue(name).trim();
  const paper = read("--heed-paper");
  const ways = derivations[toOklab(paper)[0] > 0.5 ? "light" : "dark"];
  const heads = Array.from({ length: maxHeads }, (_, index) => {
    const color = index % colors;
    const way = ways[Math.floor(color / hues)];
    const named = read(`--heed-head-${color + 1}`);
    return named || !way ? named : derived(read(`--heed-head-${(color % hues) + 1}`), way);
  });
  return { paper, ink: read("--heed-ink"), maps: [read("--heed-single"), ...heads] };
}

function derived(base: string, { turn, lightness, chroma }: Derivation): string {
  const [l, a, b] = toOklab(base);
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  return toHex([l + lightness, a * cos - b * sin, a * sin + b * cos]);
}

/** The line pattern of a map: solid for the single head and heads 1 to 8, another for each eight after them. */
export const dash = (map: number) =>
  [null, "5 3", "2 3", "8 3 2 3"][Math.floor(Math.max(0, map - 1) / (2 * hues)) % 4] ?? null;

export const mapName = (map: number) => (map === 0 ? "One head" : `Head ${map}`);
