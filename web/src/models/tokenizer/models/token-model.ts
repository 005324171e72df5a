import type { AlignedText, Span } from "../aligned-text";

/** A token of a word, as the vocabulary has it, and where it comes from in the text. */
export interface Piece {
  id: number;
  token: string;
  span: Span;
}

/** What splits words into tokens. */
export interface TokenModel {
  vocabulary: ReadonlyMap<string, number>;
  /** What the last token of a word ends with, where the vocabulary marks that: "</w>". */
  endOfWord?: string;
  split(word: AlignedText): Piece[];
}
