/** Text with nothing in it that cannot be seen, or that XML forbids. Pure. */

/** Control characters, halves of surrogate pairs and the code points that are no characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const invisible = /[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]|\p{Surrogate}/gu;

/** Of control characters their pictures (Unicode's block U+2400), "\u0085" of what has none. */
export const visibleText = (text: string): string => text.replace(invisible, visible);

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "␡" : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** All that XML 1.0 forbids (its production "Char") as `visibleText` shows it; tabs and line breaks stay. */
export const xmlText = (text: string): string =>
  text.replace(invisible, (character) => ("\t\n\r".includes(character) ? character : visible(character)));
