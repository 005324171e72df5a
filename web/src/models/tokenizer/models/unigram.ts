import { byteTokens } from "../../../model/byte-characters";
import type { AlignedText } from "../aligned-text";
import { type Fields, listOf, textOf } from "../fields";
import type { Piece, TokenModel } from "./token-model";

const longestToken = 1000;

/** A token of a path, undefined where it is unknown. */
interface Step {
  from: number;
  to: number;
  id: number | undefined;
}

/**
 * Sentencepiece's unigram model: of all ways to split a word the one whose tokens' log-probabilities have the largest sum. The
 * library's own breaks ties in another order than the original does, which is why it is not used here.
 */
export function unigramModel(fields: Fields, mostTokens: number): TokenModel {
  const entries = listOf(fields.vocab, "model.vocab", mostTokens).map((entry, i) => {
    const [token, score] = Array.isArray(entry) ? entry : [];
    if (typeof score !== "number") throw new Error(`model.vocab[${i}] is not a token and its score`);
    const text = textOf(token, `model.vocab[${i}][0]`);
    if (text.length > longestToken)
      throw new Error(`model.vocab[${i}] has ${text.length} characters; at most ${longestToken} are read`);
    return { text, score };
  });
  const vocabulary = new Map(entries.map(({ text }, id) => [text, id]));
  const unknown = fields.unk_id ?? undefined;
  if (unknown !== undefined && entries[unknown as number] === undefined)
    throw new Error(`model.unk_id is ${unknown}, but there are ${entries.length} tokens`);
  const unknownId = unknown as number | undefined;
  // What is unknown is less probable than every token.
  const unknownScore = entries.reduce((least, { score }) => Math.min(least, score), entries[0]?.score ?? 0) - 10;
  const lengths = [...new Set(entries.map(({ text }) => Array.from(text).length))].filter((n) => n > 0);
  lengths.sort((a, b) => a - b);

  return {
    vocabulary,
    split(word) {
      const pieces: Piece[] = [];
      for (const { from, to, id } of bestPath(word)) {
        const span = word.span(from, to);
        const text = word.characters.slice(from, to).join("");
        if (id !== undefined) {
          pieces.push({ id, token: text, span });
          continue;
        }
        const bytes = fields.byte_fallback === true ? byteTokens(text, vocabulary) : undefined;
        if (bytes) pieces.push(...bytes.map((piece) => ({ ...piece, span })));
        else if (unknownId !== undefined) pieces.push({ id: unknownId, token: text, span });
        else throw new Error(`the tokenizer has no token for "${text}", and none for what is unknown`);
      }
      return pieces;
    },
  };

  /** The best tokens, with what is unknown in stretches that are as long as they can be. */
  function bestPath(word: AlignedText): Step[] {
    const size = word.length;
    const ends: { score: number; from: number; id: number | undefined }[] = [{ score: 0, from: 0, id: undefined }];
    for (let from = 0; from < size; from++) {
      const before = ends[from]?.score ?? 0;
      const offer = (to: number, score: number, id: number | undefined) => {
        const end = ends[to];
        if (!end || score > end.score) ends[to] = { score, from, id };
      };
      let text = "";
      let taken = 0;
      let single = false;
      for (const length of lengths) {
        if (from + length > size) break;
        while (taken < length) text += word.characters[from + taken++];
        const id = vocabulary.get(text);
        if (id === undefined) continue;
        offer(from + length, (entries[id]?.score ?? 0) + before, id);
        single ||= length === 1;
      }
      if (!single) offer(from + 1, unknownScore + before, undefined);
    }
    const path: Step[] = [];
    for (let to = size; to > 0; ) {
      const { from, id } = ends[to] as { from: number; id: number | undefined };
      const next = path.at(-1);
      if (id === undefined && next && next.id === undefined) next.from = from;
      else path.push({ from, to, id });
      to = from;
    }
    return path.reverse();
  }
}
