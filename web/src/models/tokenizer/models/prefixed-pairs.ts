/** Longer words would take a time that grows with the square of their length. */
const longestWord = 1000;

/**
 * Byte pairs whose tokens within a word begin with a prefix ("##"), which goes where a token is merged to the one before it. The library
 * has no such prefix.
 */
export function prefixedPairs(merges: readonly (readonly [string, string])[], prefix: string, suffix: string) {
  const ranks = new Map(merges.map((pair, i) => [JSON.stringify(pair), i]));
  return (text: string): string[] => {
    const characters = Array.from(text);
    if (characters.length > longestWord)
      throw new Error(`a word has ${characters.length} characters; at most ${longestWord} are split by this tokenizer`);
    const symbols = characters.map(
      (character, i) => (i > 0 ? prefix : "") + character + (i === characters.length - 1 ? suffix : ""),
    );
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      let at = -1;
      for (let i = 0; i + 1 < symbols.length; i++) {
        const rank = ranks.get(JSON.stringify([symbols[i], symbols[i + 1]])) ?? best;
        if (rank < best) [best, at] = [rank, i];
      }
      if (at < 0) return symbols;
      symbols.splice(at, 2, merged(symbols[at] ?? "", symbols[at + 1] ?? "", prefix));
    }
  };
}

/** What a merge makes of two tokens. */
export const merged = (first: string, second: string, prefix: string): string => first + second.slice(prefix.length);
