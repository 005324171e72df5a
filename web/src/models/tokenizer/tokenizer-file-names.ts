/** The files of a tokenizer, of which a model has some. */
export const tokenizerFiles: readonly string[] = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "vocab.txt",
  "tokenizer.model",
  "spiece.model",
  "sentencepiece.bpe.model",
  "source.spm",
];

/** Why files of a tokenizer give none, and what to do; undefined where there is none at all. */
export function whyNoTokenizer(names: Iterable<string>): string | undefined {
  for (const name of names)
    if (/\.(model|spm)$/.test(name))
      return `${name} is in SentencePiece's own form, which is not read; open the model with a tokenizer.json, which AutoTokenizer.from_pretrained(folder).save_pretrained(folder) writes`;
  return undefined;
}
