/** What the figure of cross-attention shows: a word, and how much of it has been written in reverse order. */
import { type Parsed, quote } from "../../model/fields";
import type { Setting, Settings } from "../../model/settings";

export interface CrossState {
  readonly word: string;
  /** Tokens that the decoder has written, the end among them. */
  readonly written: number;
}

export const longestWord = 10;

const word: Setting<string> = {
  default: "attention",
  parse: parseWord,
  format: (value) => value,
  isOwn: true,
};

function parseWord(text: string): Parsed<string> {
  const value = text.trim().toLowerCase();
  if (/^[a-z]+$/.test(value) && value.length <= longestWord) return { value };
  return { problem: `word has from 1 to ${longestWord} letters, a to z, not “${quote(text)}”` };
}

const mostWritten = longestWord + 1;

const written: Setting<number> = {
  default: mostWritten,
  parse: (text) => {
    const value = Number(text);
    return Number.isInteger(value) && value >= 1 && value <= mostWritten
      ? { value }
      : { problem: `written is a whole number from 1 to ${mostWritten}, not “${quote(text)}”` };
  },
  format: String,
};

export const crossSettings: Settings<CrossState> = { word, written };

/** Token 0 is a. */
export const lettersOf = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0) - 97);
