/** Which tokens are of one word: words as Unicode divides texts (UAX #29), whatever the tokenizer. Pure. */
import type { TokenInWord } from "./protocol";

interface Tokens {
  /** Where each comes from in its text. */
  readonly offsets: readonly (readonly [start: number, end: number])[];
  /** Of which text each is; null for what was put around them. */
  readonly sequenceIds: readonly (0 | 1 | null)[];
  /** What each is called. */
  readonly tokens: readonly string[];
}

/** `texts`: the text, and the second of a pair. A token belongs to the word of its first character that is no space. */
export function wordsOfTokens({ offsets, sequenceIds, tokens }: Tokens, texts: readonly string[]): TokenInWord[] {
  const starts = texts.map(startsOfWords);
  let words = 0;
  let before = { sequence: null as 0 | 1 | null, word: -1, end: 0 };
  return tokens.map((name, i) => {
    const sequence = sequenceIds[i] ?? null;
    const [start, end] = offsets[i] ?? [0, 0];
    const text = sequence === null ? undefined : texts[sequence];
    if (sequence === null || text === undefined) {
      before = { sequence: null, word: -1, end: 0 };
      return { word: words++, text: name };
    }
    const isSameText = before.sequence === sequence;
    const spaces = /^\s*/.exec(text.slice(start, end))?.[0].length ?? 0;
    const word = lastUpTo(starts[sequence] ?? [], Math.min(start + spaces, Math.max(start, end - 1)));
    if (!isSameText || word !== before.word) words++;
    // Tokens of bytes all have the offsets of their character.
    const added = text.slice(isSameText ? Math.max(before.end, start) : start, end);
    before = { sequence, word, end };
    return { word: words - 1, text: added };
  });
}

/** With tokens before and after it that are no part of the text: each a word of its own, or the end of the one before. */
export function withOthers(before: number, words: readonly TokenInWord[], after: readonly string[]): TokenInWord[] {
  const all = [
    ...Array.from({ length: before }, (_, i) => ({ word: i, text: "" })),
    ...words.map(({ word, text }) => ({ word: word + before, text })),
  ];
  for (const text of after) {
    const last = all.at(-1);
    const goesOn = last !== undefined && /[\p{L}\p{M}\p{N}]$/u.test(last.text) && /^[\p{L}\p{M}\p{N}]/u.test(text);
    all.push({ word: (last?.word ?? -1) + (goesOn ? 0 : 1), text });
  }
  return all;
}

function startsOfWords(text: string): number[] {
  const segmenter = new Intl.Segmenter("en", { granularity: "word" });
  return Array.from(segmenter.segment(text), ({ index }) => index);
}

/** The place of the last number that is not above `most`. */
function lastUpTo(sorted: readonly number[], most: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= most) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
