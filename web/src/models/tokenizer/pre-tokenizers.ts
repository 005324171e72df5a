import { byteCharacters } from "../../model/byte-characters";
import type { AlignedText, Span } from "./aligned-text";
import { type Fields, stepsOf, textOf } from "./fields";
import { patternOf, regularExpression } from "./patterns";

/** How a tokenizer splits a text into words, each of which the model splits into tokens by itself. */
export type PreTokenizer = (text: AlignedText) => AlignedText[];

/** The `pre_tokenizer` of a tokenizer.json. */
export function preTokenizerOf(value: unknown): PreTokenizer {
  if (value === null || value === undefined) return (text) => [text];
  const steps = stepsOf(value, "pretokenizers", "pre_tokenizer").map(([fields, name]) => stepOf(fields, name));
  return (text) => steps.reduce((words, step) => words.flatMap(step), [text]);
}

function stepOf(fields: Fields, name: string): PreTokenizer {
  const type = textOf(fields.type, `${name}.type`);
  const make = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (!make) throw new Error(`${name} is of the type ${type}; known are ${Object.keys(kinds).join(", ")} and Sequence`);
  const split = make(fields, name);
  return (text) => split(text).filter(({ length }) => length > 0);
}

/** What becomes of what a pattern matches. */
type Behavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";
const behaviors: readonly Behavior[] = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

function behaviorOf(value: unknown, name: string): Behavior {
  const behavior = behaviors.find((known) => known === value);
  if (!behavior) throw new Error(`${name}.behavior is ${JSON.stringify(value)}; known are ${behaviors.join(", ")}`);
  return behavior;
}

function splitAt(text: AlignedText, pattern: RegExp, behavior: Behavior, invert = false): AlignedText[] {
  const parts: { span: Span; matched: boolean }[] = [];
  let end = 0;
  for (const [from, to] of text.matches(pattern)) {
    if (from > end) parts.push({ span: [end, from], matched: invert });
    if (to > from) parts.push({ span: [from, to], matched: !invert });
    end = to;
  }
  if (end < text.length) parts.push({ span: [end, text.length], matched: invert });
  return merged(parts, behavior).map(([from, to]) => text.slice(from, to));
}

function merged(parts: readonly { span: Span; matched: boolean }[], behavior: Behavior): Span[] {
  if (behavior === "Removed") return parts.filter(({ matched }) => !matched).map(({ span }) => span);
  const spans: Span[] = [];
  parts.forEach(({ span, matched }, i) => {
    const before = parts[i - 1];
    const joins =
      before !== undefined &&
      ((behavior === "MergedWithPrevious" && matched && !before.matched) ||
        (behavior === "MergedWithNext" && !matched && before.matched) ||
        (behavior === "Contiguous" && matched === before.matched));
    const last = spans.at(-1);
    if (joins && last) spans[spans.length - 1] = [last[0], span[1]];
    else spans.push(span);
  });
  return spans;
}

/** That of GPT-2. */
const words = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;
const whiteSpace = /\p{White_Space}/gu;
const letters = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+/gu;

const kinds: Record<string, (fields: Fields, name: string) => PreTokenizer> = {
  BertPreTokenizer: () => (text) =>
    splitAt(text, whiteSpace, "Removed").flatMap((word) => splitAt(word, punctuation, "Isolated")),
  ByteLevel: ({ add_prefix_space, use_regex }, name) => {
    const pattern = regularExpression(words, name);
    return (text) => {
      const prefixed = add_prefix_space && !text.text.startsWith(" ") ? text.prepend(" ") : text;
      const parts = (use_regex ?? true) ? splitAt(prefixed, pattern, "Isolated") : [prefixed];
      return parts.map((part) => part.map(byteCharacters));
    };
  },
  CharDelimiterSplit: ({ delimiter }, name) => {
    const pattern = patternOf({ String: delimiter }, name);
    return (text) => splitAt(text, pattern, "Removed");
  },
  Digits: ({ individual_digits }) => {
    return (text) => splitAt(text, /\p{N}/gu, individual_digits ? "Isolated" : "Contiguous");
  },
  FixedLength: ({ length }, name) => {
    if (!(Number.isInteger(length) && (length as number) > 0))
      throw new Error(`${name}.length is ${JSON.stringify(length)}; it must be a whole number from 1`);
    const size = length as number;
    return (text) =>
      Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, Math.min(text.length, (i + 1) * size)),
      );
  },
  Metaspace: metaspace,
  Punctuation: ({ behavior }, name) => {
    const known = behaviorOf(behavior ?? "Isolated", name);
    return (text) => splitAt(text, punctuation, known);
  },
  Split: ({ pattern, behavior, invert }, name) => {
    const expression = patternOf(pattern, `${name}.pattern`);
    const known = behaviorOf(behavior, name);
    return (text) => splitAt(text, expression, known, invert === true);
  },
  Whitespace: () => (text) =>
    splitAt(text, whiteSpace, "Removed").flatMap((word) => splitAt(word, letters, "Isolated")),
  WhitespaceSplit: () => (text) => splitAt(text, whiteSpace, "Removed"),
};

/** Sentencepiece's way: spaces become "▁", and a word begins at each of them. */
function metaspace({ replacement, prepend_scheme, add_prefix_space, split }: Fields, name: string): PreTokenizer {
  const mark = textOf(replacement ?? "▁", `${name}.replacement`);
  // Files from before `prepend_scheme` have `add_prefix_space`.
  const scheme = prepend_scheme ?? (add_prefix_space === false ? "never" : "always");
  const marks = patternOf({ String: mark }, name);
  return (given) => {
    let text = given.map((character) => (character === " " ? mark : character));
    const prepends = scheme === "always" || (scheme === "first" && text.span(0, 1)[0] === 0);
    if (prepends && !text.text.startsWith(mark)) text = text.prepend(mark);
    return (split ?? true) ? splitAt(text, marks, "MergedWithNext") : [text];
  };
}
