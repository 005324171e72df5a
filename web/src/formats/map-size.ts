/** How large maps may be, which is asked before anything of their size is made. */
import { FormatError } from "./tensor";

/** Bytes of weights that a page holds, given or computed. */
const mostBytes = 1e9;

/** Throws FormatError with the size; `why` is said before it. */
export function checkSize(maps: number, queries: number, keys: number, why = ""): void {
  const bytes = 4 * maps * queries * keys;
  if (bytes > mostBytes)
    throw new FormatError(
      `${why}${maps} maps of ${queries} × ${keys} weights need ${(bytes / 1e9).toFixed(1)} GB; the page keeps to ${mostBytes / 1e9} GB`,
    );
}
