/** How byte-level tokenizers write bytes as characters: those that can be seen as themselves, the others from U+0100 on. @module */

const isVisible = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const characterOfByte: readonly string[] = (() => {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : 256 + others++));
})();

const byteOfCharacter = new Map(characterOfByte.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();

/** The characters of a text's bytes in UTF-8. */
export const byteCharacters = (text: string): string[] =>
  Array.from(encoder.encode(text), (byte) => characterOfByte[byte] ?? "");

/** The bytes that a token stands for, or undefined where it is not one of a byte-level vocabulary. */
export function bytesOf(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = byteOfCharacter.get(token[i] ?? "");
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** The tokens "<0xE4>" … of a text's bytes, where the vocabulary has all of them. */
export function byteTokens(text: string, vocabulary: ReadonlyMap<string, number>) {
  const pieces = Array.from(encoder.encode(text), (byte) => {
    const token = `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
    return { token, id: vocabulary.get(token) ?? -1 };
  });
  return pieces.every(({ id }) => id >= 0) ? pieces : undefined;
}
