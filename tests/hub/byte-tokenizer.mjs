/** A tokenizer.json with a token for each byte: as many as the fixtures' models have. */
export function byteTokenizer(tokens = 256) {
  const characters = Array.from({ length: tokens }, (_, i) =>
    String.fromCharCode(i < 94 ? 33 + i : i < 106 ? 67 + i : 68 + i),
  );
  return Buffer.from(
    JSON.stringify({
      model: { type: "BPE", vocab: Object.fromEntries(characters.map((character, id) => [character, id])), merges: [] },
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
      decoder: { type: "ByteLevel" },
    }),
  );
}
