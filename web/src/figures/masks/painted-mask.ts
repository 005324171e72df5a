/** A mask painted cell by cell, and its compact form in an address. */
import { type Parsed, quote } from "../../model/fields";
import type { Setting } from "../../model/settings";

export interface PaintedMask {
  /** Queries, and as many keys. */
  readonly size: number;
  /** (size × size), 1 where the query may see the key. */
  readonly open: Uint8Array;
}

export const mostPainted = 24;

export const maskOf = (size: number, isOpen: (query: number, key: number) => boolean): PaintedMask => ({
  size,
  open: Uint8Array.from({ length: size * size }, (_, i) => Number(isOpen(Math.floor(i / size), i % size))),
});

/** The mask for another number of tokens: tokens that were not painted see what a causal mask shows them. */
export function fitted(mask: PaintedMask, size: number): PaintedMask {
  if (mask.size === size) return mask;
  const isPainted = (query: number, key: number) => query < mask.size && key < mask.size;
  return maskOf(size, (query, key) =>
    isPainted(query, key) ? mask.open[query * mask.size + key] === 1 : key <= query,
  );
}

export function painted(mask: PaintedMask, query: number, key: number, isOpen: boolean): PaintedMask {
  const open = mask.open.slice();
  open[query * mask.size + key] = Number(isOpen);
  return { size: mask.size, open };
}

/** "12.gMDg…": the size, and the cells row by row, six to a letter of the alphabet of base64url. */
export function formatPainted({ size, open }: PaintedMask): string {
  const letters = Array.from({ length: Math.ceil(open.length / 6) }, (_, i) => {
    const bits = Array.from({ length: 6 }, (_, bit) => (open[6 * i + bit] ?? 0) << (5 - bit));
    return alphabet[bits.reduce((sum, bit) => sum + bit)];
  });
  return `${size}.${letters.join("")}`;
}

export function parsePainted(key: string, text: string): Parsed<PaintedMask> {
  const [, digits = "", letters = ""] = /^(\d{1,2})\.([\w-]*)$/.exec(text.trim()) ?? [];
  const size = Number(digits);
  if (size >= 1 && size <= mostPainted && letters.length === Math.ceil((size * size) / 6)) {
    const open = Uint8Array.from({ length: size * size }, (_, i) => {
      const letter = alphabet.indexOf(letters.charAt(Math.floor(i / 6)));
      return (letter >> (5 - (i % 6))) & 1;
    });
    return { value: { size, open } };
  }
  return { problem: `${key} is a size from 1 to ${mostPainted} and its cells in base64url, not “${quote(text)}”` };
}

export const paintedSetting = (key: string, start: PaintedMask): Setting<PaintedMask> => ({
  default: start,
  parse: (text) => parsePainted(key, text),
  format: formatPainted,
});

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
