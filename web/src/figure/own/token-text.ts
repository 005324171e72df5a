/** Tokens as they are read: byte-level and ▁ spellings as text, with everything in them visible. */
import { readableToken } from "../../model/readable-token";
import { visibleText } from "../../model/visible-text";

/** A list is of a byte-level vocabulary where a token has a space or a line break as it writes them, Ġ and Ċ. */
export function tokenText(tokens: readonly string[]): (token: string) => string {
  const isOfBytes = tokens.some((token) => /[ĠĊ]/.test(token));
  const isOfSpaces = tokens.some((token) => token.startsWith("▁"));
  return (token) => {
    const writing = isOfBytes && !token.startsWith("▁") ? "bytes" : isOfSpaces ? "spaces" : "plain";
    return visibleText(readableToken(token, writing));
  };
}
