import { AlignedText } from "./aligned-text";
import { fieldsOf, idOf, listOf, textOf } from "./fields";
import type { Normalizer } from "./normalizers";

/** A token that is found in a text before anything else is done with it. */
export interface AddedToken {
  id: number;
  content: string;
  special: boolean;
  /** Found in the normalised text. */
  normalized: boolean;
  /** Only where no word goes on before or after it. */
  singleWord: boolean;
  /** The spaces before it are its own, and those after it. */
  takesLeft: boolean;
  takesRight: boolean;
}

/** Vocabularies of images have some ten thousand. */
const mostTokens = 100_000;
const longestToken = 1000;

/** The `added_tokens` of a tokenizer.json. */
export function addedTokensOf(value: unknown): AddedToken[] {
  return listOf(value ?? [], "added_tokens", mostTokens).map((entry, i) => {
    const name = `added_tokens[${i}]`;
    const token = fieldsOf(entry, name);
    const content = textOf(token.content, `${name}.content`);
    if (content.length > longestToken)
      throw new Error(`${name} has ${content.length} characters; at most ${longestToken} are read`);
    const special = token.special === true;
    return {
      id: idOf(token.id, `${name}.id`),
      content,
      special,
      normalized: typeof token.normalized === "boolean" ? token.normalized : !special,
      singleWord: token.single_word === true,
      takesLeft: token.lstrip === true,
      takesRight: token.rstrip === true,
    };
  });
}

/** A part of a text: one added token, or what is between them. */
export interface Part {
  text: AlignedText;
  token?: AddedToken;
}

type Split = (text: AlignedText) => Part[];

/** Splits a text at added tokens: first those that are found in the text as it is, then the others in the normalised text. */
export function addedTokenSplitter(tokens: readonly AddedToken[], normalize: Normalizer): Split {
  const splitGiven = splitter(tokens.filter(({ normalized }) => !normalized).map((token) => [token.content, token]));
  const splitNormalized = splitter(
    tokens
      .filter(({ normalized }) => normalized)
      .map((token) => [normalize(AlignedText.of(token.content)).text, token]),
  );
  return (text) =>
    splitGiven(text)
      .flatMap((part) => (part.token ? part : splitNormalized(normalize(part.text))))
      .filter((part) => part.text.length > 0);
}

function splitter(entries: readonly (readonly [content: string, token: AddedToken])[]): Split {
  // Of those that normalisation makes the same, the first is found.
  const byContent = new Map(entries.filter(([content]) => content !== "").reverse());
  if (byContent.size === 0) return (text) => [{ text }];
  const firsts = new Set(Array.from(byContent.keys(), (content) => content.charAt(0)));
  // Of those that begin at a place the longest is taken.
  const lengths = [...new Set(Array.from(byContent.keys(), ({ length }) => length))].sort((a, b) => b - a);
  const found = (text: string, at: number) => {
    if (!firsts.has(text.charAt(at))) return undefined;
    for (const length of lengths) {
      const token = byContent.get(text.slice(at, at + length));
      if (token) return { token, end: at + length };
    }
    return undefined;
  };

  return (text) => {
    const source = text.text;
    const parts: Part[] = [];
    // One for all parts, which follow one another.
    const index = text.indexer();
    let done = 0;
    let first = 0;
    const add = (to: number, token?: AddedToken) => {
      const last = index(to);
      if (to > done) parts.push({ text: text.slice(first, last), ...(token && { token }) });
      [done, first] = [to, last];
    };
    for (let at = 0; at < source.length; ) {
      const match = found(source, at);
      if (!match) {
        at++;
        continue;
      }
      const { token, end } = match;
      const start = at;
      at = end;
      if (token.singleWord && (isWord(characterBefore(source, start)) || isWord(characterAt(source, end)))) continue;
      add(token.takesLeft ? beforeSpace(source, start, done) : start);
      if (token.takesRight) at = afterSpace(source, end);
      add(at, token);
    }
    add(source.length);
    return parts;
  };
}

const characterAt = (text: string, at: number) => Array.from(text.slice(at, at + 2))[0] ?? "";
const characterBefore = (text: string, at: number) => Array.from(text.slice(Math.max(0, at - 2), at)).at(-1) ?? "";
const isWord = (character: string) => /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u.test(character);
const isSpace = (character: string) => /\p{White_Space}/u.test(character);

/** Where the spaces before `at` begin, not before `least`. */
function beforeSpace(text: string, at: number, least: number): number {
  let start = at;
  while (start > least && isSpace(text.charAt(start - 1))) start--;
  return start;
}

function afterSpace(text: string, at: number): number {
  let end = at;
  while (isSpace(text.charAt(end))) end++;
  return end;
}
