/** A tokenizer.json whose tokens are numbers between spaces: their ids. Of a pair the second text has type 1. */
export function numberTokenizer(tokens = 256) {
  const vocab = Object.fromEntries(Array.from({ length: tokens }, (_, id) => [String(id), id]));
  const sequence = (id, type_id) => ({ Sequence: { id, type_id } });
  return Buffer.from(
    JSON.stringify({
      model: { type: "WordLevel", vocab, unk_token: "0" },
      pre_tokenizer: { type: "WhitespaceSplit" },
      post_processor: {
        type: "TemplateProcessing",
        single: [sequence("A", 0)],
        pair: [sequence("A", 0), sequence("B", 1)],
        special_tokens: {},
      },
    }),
  );
}
