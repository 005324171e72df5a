/** Text in which "d_k" is written as a symbol with a subscript. */
import { atSubscripts } from "../model/subscripts";
import { el } from "./el";

export const withSubscripts = (text: string): (Node | string)[] =>
  atSubscripts(text).map((part, i) => (i % 2 === 0 ? part : el("sub", {}, part)));
