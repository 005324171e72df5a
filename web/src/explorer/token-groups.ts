/**
 * Tokens that are looked at together: those of a word, or those that a reader chose. The weight to several tokens is the sum over them,
 * which is what of a row goes there; the weight from several is the mean over them, so that what they give still adds up to 1. The core adds
 * them up. Pure.
 */
import type { TokenInWord } from "./worker/protocol";

/** Tokens from `first` up to `end`. */
export interface TokenGroup {
  readonly first: number;
  readonly end: number;
  readonly name: string;
}

/** Each token by itself. */
export const singleTokens = (names: readonly string[]): TokenGroup[] =>
  names.map((name, first) => ({ first, end: first + 1, name }));

/** Tokens of one word together. */
export function wordGroups(names: readonly string[], words: readonly TokenInWord[]): TokenGroup[] {
  const starts = names.flatMap((_, i) => (i === 0 || words[i]?.word !== words[i - 1]?.word ? [i] : []));
  return starts.map((first, i) => {
    const end = starts[i + 1] ?? names.length;
    const name =
      end - first === 1
        ? (names[first] ?? "")
        : words
            .slice(first, end)
            .map(({ text }) => text)
            .join("");
    return { first, end, name };
  });
}

/** The group of a token. */
export const groupAt = (groups: readonly TokenGroup[], token: number): number =>
  groups.findIndex(({ first, end }) => token >= first && token < end);

export const tokensIn = (groups: readonly TokenGroup[]): number[] =>
  groups.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, i) => first + i));

/** Of each token the number of its group. */
export const numbersOf = (groups: readonly TokenGroup[]): number[] =>
  groups.flatMap(({ first, end }, group) => Array<number>(end - first).fill(group));

/** Some tokens as one group, and the others in none. */
export const asOneGroup = (tokens: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, i) => (tokens.includes(i) ? 0 : -1));

/** The tokens of a text, or its words. */
export const groupsOfText = (
  names: readonly string[],
  words: readonly TokenInWord[] | undefined,
  joined: boolean,
): TokenGroup[] => (joined && words ? wordGroups(names, words) : singleTokens(names));
