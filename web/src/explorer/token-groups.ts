/**
 * Tokens that are looked at together: those of a word, or those that a reader chose. The weight to several tokens is the sum over them,
 * which is what of a row goes there; the weight from several is the mean over them, so that what they give still adds up to 1. Pure.
 */
import type { WeightsOfHead } from "../figure/maps/token-shares";
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

/** What `queries` give to each group of keys. */
export function givenTo(head: WeightsOfHead, queries: readonly number[], groups: readonly TokenGroup[]): Float32Array {
  const { weights, keys } = head;
  return Float32Array.from(groups, ({ first, end }) => {
    let sum = 0;
    for (const query of queries) for (let key = first; key < end; key++) sum += weights[query * keys + key] ?? 0;
    return sum / Math.max(1, queries.length);
  });
}

/** What each group of queries gives to `keys` together. */
export function receivedFrom(
  head: WeightsOfHead,
  keysChosen: readonly number[],
  groups: readonly TokenGroup[],
): Float32Array {
  const { weights, keys } = head;
  return Float32Array.from(groups, ({ first, end }) => {
    let sum = 0;
    for (let query = first; query < end; query++) for (const key of keysChosen) sum += weights[query * keys + key] ?? 0;
    return sum / Math.max(1, end - first);
  });
}
