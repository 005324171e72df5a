/** A text as tokens of a model's vocabulary of words. Pure. */

/** Where in the text a word stands, and its token; −1 for a word that the model does not know. */
export interface SentenceWord {
  readonly text: string;
  readonly token: number;
}

/** A word with its apostrophes, or a single other character. */
const pieces = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*|[^\s\p{L}\p{N}]/gu;

/**
 * Words as the vocabulary writes them: as they are, else in lower case, else with a capital. `most`: the model's context;
 * what lies behind it is not read.
 */
export function sentenceWords(text: string, vocabulary: readonly string[], most: number): SentenceWord[] {
  const tokens = new Map(vocabulary.map((word, token) => [word, token]));
  const found: SentenceWord[] = [];
  let known = 0;
  for (const [piece] of text.normalize("NFC").replaceAll("’", "'").matchAll(pieces)) {
    const lower = piece.toLowerCase();
    const spellings = [piece, lower, lower.charAt(0).toUpperCase() + lower.slice(1)];
    const token = spellings.map((spelling) => tokens.get(spelling)).find((each) => each !== undefined) ?? -1;
    if (token >= 0 && ++known > most) break;
    found.push({ text: token >= 0 ? (vocabulary[token] ?? piece) : piece, token });
  }
  return found;
}

/** The text with a word added, spaced as prose is. */
export const withWord = (text: string, word: string): string =>
  /^[.,;:!?]$/.test(word) || text.trim() === "" ? `${text.trimEnd()}${word}` : `${text.trimEnd()} ${word}`;
