/** Bytes and texts of a model's files, or an Error that says what they are in place of what they should be. @module */
import { messageOf } from "../model/error-message";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The text of a file in UTF-8. */
export function textOfFile(name: string, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Error(`${name} is not a text: it has bytes that are not UTF-8`);
  }
}

/** The value of a file of JSON. */
export function readJson(name: string, text: string): unknown {
  const other = whatInPlace(text.slice(0, 200));
  if (other) throw new Error(`${name} is ${other}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

/** What a server or Git gives in place of a file, by how it begins. */
export function whatInPlace(start: string): string | undefined {
  if (/^\s*<(!doctype|html|head|body|\?xml)/i.test(start))
    return "a web page in place of the file; the address may be that of a page";
  if (start.startsWith("version https://git-lfs.github.com/"))
    return "a pointer of Git LFS in place of the file; download the file itself, for example with git lfs pull";
  return undefined;
}
