/** Texts as tokens: by a model's tokenizer, by a list of words, or, where a model has neither, as the tokens' numbers. */

import { sentenceWords } from "../../model/sentence-words";
import type { Model } from "../../models/models";
import type { TokenInWord } from "./protocol";
import { wordsOfTokens } from "./words-of-tokens";

export interface ReadText {
  readonly ids: readonly number[];
  readonly names: readonly string[];
  /** Pieces that are no tokens, and are left out. */
  readonly unknown: readonly string[];
  readonly typeIds?: readonly number[];
  /** How many tokens at the beginning and at the end were put around the text. */
  readonly around?: readonly [before: number, after: number];
  /** Of each token, where there may be several of one word. */
  readonly words?: readonly TokenInWord[];
  /** Of a pair: of which text each token is. */
  readonly sequenceIds?: readonly (0 | 1 | null)[];
}

export interface TextReader {
  read(text: string, pair?: string): ReadText;
  /** Without what is put around a text. */
  readBare(text: string): ReadText;
  nameOf(id: number): string;
}

function readIds(text: string): ReadText {
  const pieces = text.split(/[\s,]+/).filter(Boolean);
  const isNumber = (piece: string) => /^\d{1,9}$/.test(piece);
  const known = pieces.filter(isNumber);
  return {
    ids: known.map(Number),
    names: known.map((id, i) => (i > 0 ? ` ${id}` : id)),
    unknown: [...new Set(pieces.filter((piece) => !isNumber(piece)))],
  };
}

/** Numbers between spaces or commas. */
export const idsAsText: TextReader = { read: readIds, readBare: readIds, nameOf: String };

/** Of a vocabulary of whole words. */
export function wordReader(words: readonly string[]): TextReader {
  const read = (text: string): ReadText => {
    const found = sentenceWords(text, words, Number.POSITIVE_INFINITY);
    const known = found.filter(({ token }) => token >= 0);
    return {
      ids: known.map(({ token }) => token),
      names: known.map((word, i) => (i > 0 && !/^[.,;:!?]$/.test(word.text) ? ` ${word.text}` : word.text)),
      unknown: [...new Set(found.filter(({ token }) => token < 0).map(({ text: piece }) => piece))],
    };
  };
  return { read, readBare: read, nameOf: (id) => words[id] ?? `#${id}` };
}

/** Nothing where the model has no tokenizer. */
export function tokenizerReader({ tokenizer }: Pick<Model, "tokenizer">): TextReader | undefined {
  if (!tokenizer) return undefined;
  return {
    read(text, pair) {
      const encoded = tokenizer.encode(text, pair === undefined ? {} : { pair });
      const { ids, tokens, typeIds, sequenceIds } = encoded;
      const putIn = (sequences: readonly unknown[]) =>
        Math.max(
          0,
          sequences.findIndex((sequence) => sequence !== null),
        );
      const around = [putIn(sequenceIds), putIn([...sequenceIds].reverse())] as const;
      const words = wordsOfTokens(encoded, pair === undefined ? [text] : [text, pair]);
      return { ids, names: tokens, unknown: [], words, typeIds, around, ...(pair !== undefined && { sequenceIds }) };
    },
    readBare(text) {
      const encoded = tokenizer.encode(text, { addSpecialTokens: false });
      return { ids: encoded.ids, names: encoded.tokens, unknown: [], words: wordsOfTokens(encoded, [text]) };
    },
    nameOf: (id) => tokenizer.tokenOf(id) ?? `#${id}`,
  };
}
