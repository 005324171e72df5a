/** JSON as text: where its strings end, and how values of it are said. */

/**
 * The place after the string of JSON that begins at `start`, with its quote; the end of the text where it never ends. By hand:
 * a regular expression keeps a place for each escape, and its stack overflows at some millions.
 */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === '"') return at + 1;
  }
  return text.length;
}

/** A value in a message: as JSON, of which its beginning is enough. */
export const shown = (value: unknown): string => String(JSON.stringify(value) ?? value).slice(0, 40);
