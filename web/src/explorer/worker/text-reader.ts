/** Texts as tokens: by a model's tokenizer, by a list of words, or, where a model has neither, as the tokens' numbers. */

import { sentenceWords } from "../../model/sentence-words";
import type { Model } from "../../models/models";
import type { EncodedText } from "./protocol";

export interface TextReader {
  read(text: string): EncodedText;
  nameOf(id: number): string;
}

/** Numbers between spaces or commas. */
export const idsAsText: TextReader = {
  read(text) {
    const pieces = text.split(/[\s,]+/).filter(Boolean);
    const isNumber = (piece: string) => /^\d{1,9}$/.test(piece);
    const known = pieces.filter(isNumber);
    return {
      ids: known.map(Number),
      names: known.map((id, i) => (i > 0 ? ` ${id}` : id)),
      unknown: [...new Set(pieces.filter((piece) => !isNumber(piece)))],
    };
  },
  nameOf: String,
};

/** Of a vocabulary of whole words. */
export const wordReader = (words: readonly string[], most: number): TextReader => ({
  read(text) {
    const found = sentenceWords(text, words, most);
    const known = found.filter(({ token }) => token >= 0);
    return {
      ids: known.map(({ token }) => token),
      names: known.map((word, i) => (i > 0 && !/^[.,;:!?]$/.test(word.text) ? ` ${word.text}` : word.text)),
      unknown: [...new Set(found.filter(({ token }) => token < 0).map(({ text: piece }) => piece))],
    };
  },
  nameOf: (id) => words[id] ?? `#${id}`,
});

/** Nothing where the model has no tokenizer. */
export function tokenizerReader({ tokenizer }: Pick<Model, "tokenizer">): TextReader | undefined {
  if (!tokenizer) return undefined;
  return {
    read(text) {
      const { ids, tokens, typeIds } = tokenizer.encode(text);
      return { ids, names: tokens, unknown: [], typeIds };
    },
    nameOf: (id) => tokenizer.tokenOf(id) ?? `#${id}`,
  };
}
