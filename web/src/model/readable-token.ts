import { bytesOf } from "./byte-characters";

/** How a vocabulary writes what tokens stand for. */
export type TokenWriting = "bytes" | "spaces" | "plain";

/**
 * What a token stands for, to be read: "Ġè¿Ļ" of a byte-level vocabulary is " 这", "▁the" is " the". Bytes that are only a part of a
 * character are written like "<0xE8>", as the vocabularies with such tokens write them.
 */
export function readableToken(token: string, writing: TokenWriting): string {
  if (writing === "spaces") return token.replaceAll("▁", " ");
  const bytes = writing === "bytes" ? bytesOf(token) : undefined;
  return bytes ? textOfBytes(bytes) : token;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOfCharacter(bytes[at] ?? 0);
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += `<0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, "0")}>`;
      at++;
    }
  }
  return text;
}

const lengthOfCharacter = (first: number) => (first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
