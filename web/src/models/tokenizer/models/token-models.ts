import { BPE, WordPiece } from "@huggingface/tokenizers";
import { byteTokens } from "../../../model/byte-characters";
import type { AlignedText, Span } from "../aligned-text";
import { type Fields, fieldsOf, idOf, listOf, textOf } from "../fields";
import { merged, prefixedPairs } from "./prefixed-pairs";
import type { Piece, TokenModel } from "./token-model";
import { unigramModel } from "./unigram";

const mostTokens = 2_000_000;

/** The `model` of a tokenizer.json. */
export function tokenModelOf(value: unknown): TokenModel {
  const fields = fieldsOf(value, "model");
  // Older files do not name their type.
  const guessed = Array.isArray(fields.vocab) ? "Unigram" : "merges" in fields ? "BPE" : "WordPiece";
  const type = fields.type ?? guessed;
  if (type === "BPE") return bytePairModel(fields);
  if (type === "WordPiece") return wordPieceModel(fields);
  if (type === "Unigram") return unigramModel(fields, mostTokens);
  if (type === "WordLevel") return wordLevelModel(fields);
  throw new Error(`model is of the type ${JSON.stringify(type)}; known are BPE, Unigram, WordLevel and WordPiece`);
}

function vocabularyOf(value: unknown): Map<string, number> {
  const entries = Object.entries(fieldsOf(value, "model.vocab"));
  if (entries.length > mostTokens)
    throw new Error(`model.vocab has ${entries.length} tokens; at most ${mostTokens} are read`);
  return new Map(entries.map(([token, id]) => [token, idOf(id, `model.vocab["${token.slice(0, 40)}"]`)]));
}

function unknownOf(fields: Fields, vocabulary: ReadonlyMap<string, number>) {
  const { unk_token } = fields;
  if (unk_token === null || unk_token === undefined) return undefined;
  const token = textOf(unk_token, "model.unk_token");
  const id = vocabulary.get(token);
  return id === undefined ? undefined : { token, id };
}

/** The merges as pairs, each of tokens that there are, making one that there is. */
function mergesOf(value: unknown, vocabulary: ReadonlyMap<string, number>, prefix: string): [string, string][] {
  return listOf(value, "model.merges", mostTokens).map((merge, i) => {
    const pair = Array.isArray(merge) ? merge : textOf(merge, `model.merges[${i}]`).split(" ");
    const [first, second] = pair;
    if (pair.length !== 2 || typeof first !== "string" || typeof second !== "string" || first === "" || second === "")
      throw new Error(`model.merges[${i}] is ${JSON.stringify(merge)?.slice(0, 60)}, not two tokens`);
    const made = merged(first, second, prefix);
    for (const token of [first, second, made])
      if (!vocabulary.has(token))
        throw new Error(
          `model.merges[${i}] makes "${made}" of "${first}" and "${second}", but "${token}" is not in the vocabulary`,
        );
    return [first, second];
  });
}

function bytePairModel(fields: Fields): TokenModel {
  const vocabulary = vocabularyOf(fields.vocab);
  const unknown = unknownOf(fields, vocabulary);
  const prefix = fields.continuing_subword_prefix
    ? textOf(fields.continuing_subword_prefix, "model.continuing_subword_prefix")
    : "";
  const merges = mergesOf(fields.merges, vocabulary, prefix);
  const suffix = fields.end_of_word_suffix ? textOf(fields.end_of_word_suffix, "model.end_of_word_suffix") : "";
  const model = new BPE({
    ...fields,
    type: "BPE",
    vocab: {},
    merges,
    end_of_word_suffix: suffix || undefined,
  } as never);
  const symbolsOf = prefix ? prefixedPairs(merges, prefix, suffix) : (text: string) => model.bpe(text);
  const fallsBack = fields.byte_fallback === true;
  const takesWhole = fields.ignore_merges === true;

  /** A symbol that no merge makes a token: its bytes, or the unknown token. */
  const fallback = (symbol: string, span: Span): Piece[] => {
    if (fallsBack) {
      const bytes = byteTokens(symbol, vocabulary);
      if (bytes) return bytes.map((piece) => ({ ...piece, span }));
    }
    return unknown ? [{ ...unknown, span }] : [];
  };

  return {
    vocabulary,
    endOfWord: suffix,
    split(word) {
      const whole = takesWhole ? vocabulary.get(word.text) : undefined;
      if (whole !== undefined) return [{ id: whole, token: word.text, span: word.span(0, word.length) }];
      const symbols = symbolsOf(word.text);
      const spans = spansOf(
        word,
        symbols.map((symbol, i) =>
          symbol.slice(i > 0 ? prefix.length : 0, symbol.length - (i === symbols.length - 1 ? suffix.length : 0)),
        ),
      );
      const pieces = symbols.flatMap((symbol, i) => {
        const span = spans[i] ?? [0, 0];
        const id = vocabulary.get(symbol);
        return id === undefined ? fallback(symbol, span) : [{ id, token: symbol, span }];
      });
      return fields.fuse_unk === true && unknown ? fused(pieces, unknown.id) : pieces;
    },
  };
}

/** Unknown tokens that follow one another as one. */
function fused(pieces: readonly Piece[], unknown: number): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (piece.id === unknown && last?.id === unknown)
      out[out.length - 1] = { ...last, span: [last.span[0], piece.span[1]] };
    else out.push(piece);
  }
  return out;
}

/** Words beyond this would take a time that grows with the cube of their length. */
const longestWord = 1000;

function wordPieceModel(fields: Fields): TokenModel {
  const vocabulary = vocabularyOf(fields.vocab);
  const unknown = unknownOf(fields, vocabulary);
  if (!unknown)
    throw new Error(`model.unk_token is ${JSON.stringify(fields.unk_token)}, which is not in the vocabulary`);
  const prefix = textOf(fields.continuing_subword_prefix ?? "##", "model.continuing_subword_prefix");
  const most = fields.max_input_chars_per_word ?? 100;
  if (!(Number.isInteger(most) && (most as number) > 0 && (most as number) <= longestWord))
    throw new Error(`model.max_input_chars_per_word is ${most}; it must be from 1 to ${longestWord}`);
  const model = new WordPiece({
    ...fields,
    type: "WordPiece",
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: most,
  } as never);
  return {
    vocabulary,
    split(word) {
      const tokens = model.encode([word.text]);
      if (tokens.length === 1 && tokens[0] !== word.text) return [{ ...unknown, span: word.span(0, word.length) }];
      const spans = spansOf(
        word,
        tokens.map((token, i) => (i > 0 ? token.slice(prefix.length) : token)),
      );
      return tokens.map((token, i) => ({ id: vocabulary.get(token) ?? unknown.id, token, span: spans[i] ?? [0, 0] }));
    },
  };
}

/** Where the parts of a word come from, which make it up one after the other. */
function spansOf(word: AlignedText, parts: readonly string[]): Span[] {
  let at = 0;
  return parts.map((part) => {
    const from = at;
    at += Array.from(part).length;
    return word.span(from, at);
  });
}

function wordLevelModel(fields: Fields): TokenModel {
  const vocabulary = vocabularyOf(fields.vocab);
  const unknown = unknownOf(fields, vocabulary);
  return {
    vocabulary,
    split(word) {
      const span = word.span(0, word.length);
      const id = vocabulary.get(word.text);
      if (id !== undefined) return [{ id, token: word.text, span }];
      return unknown ? [{ ...unknown, span }] : [];
    },
  };
}
