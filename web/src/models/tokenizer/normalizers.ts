import { byteCharacters } from "../../model/byte-characters";
import type { AlignedText } from "./aligned-text";
import { type Fields, stepsOf, textOf } from "./fields";
import { patternOf } from "./patterns";
import { precompiledNormalizer } from "./precompiled-charsmap";
import { toUnicodeForm, type UnicodeForm } from "./unicode-form";

/** What a tokenizer does with a text before it splits it. */
export type Normalizer = (text: AlignedText) => AlignedText;

/** The `normalizer` of a tokenizer.json. */
export function normalizerOf(value: unknown): Normalizer {
  if (value === null || value === undefined) return (text) => text;
  const steps = stepsOf(value, "normalizers", "normalizer").map(([fields, name]) => stepOf(fields, name));
  return (text) => steps.reduce((changed, step) => step(changed), text);
}

function stepOf(fields: Fields, name: string): Normalizer {
  const type = textOf(fields.type, `${name}.type`);
  const make = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (!make) throw new Error(`${name} is of the type ${type}; known are ${Object.keys(kinds).join(", ")} and Sequence`);
  return make(fields, name);
}

const form = (type: UnicodeForm) => () => (text: AlignedText) => toUnicodeForm(text, type);
const lowercase: Normalizer = (text) => text.map((character) => character.toLowerCase());

const kinds: Record<string, (fields: Fields, name: string) => Normalizer> = {
  BertNormalizer: bertNormalizer,
  ByteLevel: () => (text) => text.map(byteCharacters),
  Lowercase: () => lowercase,
  NFC: form("NFC"),
  NFD: form("NFD"),
  NFKC: form("NFKC"),
  NFKD: form("NFKD"),
  Nmt: () => nmt,
  Precompiled: ({ precompiled_charsmap: map }, name) =>
    map === null || map === undefined
      ? (text) => text
      : precompiledNormalizer(textOf(map, `${name}.precompiled_charsmap`), `${name}.precompiled_charsmap`),
  Prepend: ({ prepend }, name) => {
    const prefix = textOf(prepend, `${name}.prepend`);
    return (text) => text.prepend(prefix);
  },
  Replace: ({ pattern, content }, name) => {
    const expression = patternOf(pattern, `${name}.pattern`);
    const replacement = textOf(content, `${name}.content`);
    return (text) => text.replace(expression, replacement);
  },
  Strip: ({ strip_left, strip_right }) => {
    const isSpace = (character = "") => /\p{White_Space}/u.test(character);
    // By hand: a pattern for spaces at the end is tried at every space, to the end of those that follow.
    return (text) => {
      let start = 0;
      let end = text.length;
      if (strip_left) while (start < end && isSpace(text.characters[start])) start++;
      if (strip_right) while (end > start && isSpace(text.characters[end - 1])) end--;
      return text.slice(start, end);
    };
  },
  StripAccents: () => (text) => text.filter((character) => !/\p{M}/u.test(character)),
};

function bertNormalizer({ clean_text, handle_chinese_chars, strip_accents, lowercase: lower }: Fields): Normalizer {
  return (given) => {
    let text = given;
    if (clean_text ?? true)
      text = text
        .filter((character) => /[\t\n\r]/.test(character) || !/[\0\ufffd\p{Cc}\p{Cf}\p{Co}]/u.test(character))
        .map((character) => (/\p{White_Space}/u.test(character) ? " " : character));
    if (handle_chinese_chars ?? true)
      text = text.map((character) => (isChinese(character) ? [" ", character, " "] : [character]));
    if (strip_accents ?? lower ?? true)
      text = toUnicodeForm(text, "NFD").filter((character) => !/\p{Mn}/u.test(character));
    return (lower ?? true) ? lowercase(text) : text;
  };
}

/** The blocks that BERT's tokenizer splits into single characters. */
const isChinese = (character: string) =>
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/u.test(
    character,
  );

/** As sentencepiece's nmt_nfkc begins. */
const nmt: Normalizer = (text) =>
  text
    .filter((character) => !/\p{Cc}/u.test(character) || /[\0\t\n\f\r\x80-\x8e\x90-\x9e]/.test(character))
    .map((character) =>
      /[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/.test(character) ? " " : character,
    );
