/** Tokenizers from before tokenizer.json, as one: what transformers' own converters make of them. @module */
import type { Fields } from "./fields";

/** The files beside the vocabulary; {} where there is none. */
export interface OlderFiles {
  /** config.json */
  config: Fields;
  /** tokenizer_config.json and special_tokens_map.json */
  tokenizer: Fields;
  /** added_tokens.json */
  added: Fields;
}

/** Of vocab.txt, a token a line. */
export function bertTokenizer(words: string, { config, tokenizer, added }: OlderFiles): unknown {
  const tokens = words.split(/\r?\n/);
  if (tokens.at(-1) === "") tokens.pop();
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const name = (key: string, usual: string) => specialToken(tokenizer, key) ?? usual;
  const isMpnet = kindOf({ config, tokenizer }).startsWith("mpnet");
  const [usualCls, usualSep, usualPad, usualMask] = isMpnet
    ? (["<s>", "</s>", "<pad>", "<mask>"] as const)
    : (["[CLS]", "[SEP]", "[PAD]", "[MASK]"] as const);
  const cls = name("cls_token", usualCls);
  const sep = name("sep_token", usualSep);
  const unknown = name("unk_token", "[UNK]");
  const special = [name("pad_token", usualPad), unknown, cls, sep, name("mask_token", usualMask)];
  return {
    model: { type: "WordPiece", unk_token: unknown, continuing_subword_prefix: "##", vocab },
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: tokenizer.tokenize_chinese_chars ?? true,
      strip_accents: tokenizer.strip_accents ?? null,
      lowercase: tokenizer.do_lower_case ?? true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: isMpnet
      ? mpnetTemplate(cls, vocab[cls], sep, vocab[sep])
      : { type: "BertProcessing", cls: [cls, vocab[cls]], sep: [sep, vocab[sep]] },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    added_tokens: addedTokens(vocab, special, { tokenizer, added }),
  };
}

/** Of vocab.json and merges.txt: byte-level pairs, as GPT-2, RoBERTa and CLIP have them. */
export function bytePairTokenizer(vocab: Fields, merges: string, { config, tokenizer, added }: OlderFiles): unknown {
  const lines = merges.split(/\r?\n/).filter((line) => line !== "");
  const pairs = lines[0]?.startsWith("#version") ? lines.slice(1) : lines;
  const kind = kindOf({ config, tokenizer });
  const isQwen = kind.startsWith("qwen");
  const isClip = kind.startsWith("clip");
  const isRoberta = /^(roberta|bart|longformer|led|blenderbot)/.test(kind);
  const text = isClip || !isRoberta ? "<|endoftext|>" : "</s>";
  const unknown = specialToken(tokenizer, "unk_token") ?? (isRoberta ? "<unk>" : text);
  const begin = specialToken(tokenizer, "bos_token") ?? (isClip ? "<|startoftext|>" : isRoberta ? "<s>" : text);
  const end = specialToken(tokenizer, "eos_token") ?? text;
  const others = ["pad_token", "mask_token", "cls_token", "sep_token"].map((key) => specialToken(tokenizer, key));
  const usual = isRoberta ? ["<pad>", "<mask>"] : [];
  const byteLevel = { type: "ByteLevel", add_prefix_space: tokenizer.add_prefix_space === true, trim_offsets: true };
  return {
    model: {
      type: "BPE",
      vocab,
      merges: pairs,
      unk_token: isClip ? unknown : null,
      end_of_word_suffix: isClip ? "</w>" : null,
    },
    normalizer: isClip ? clipNormalizer : isQwen ? { type: "NFC" } : null,
    pre_tokenizer: isClip ? clipPreTokenizer : isQwen ? qwenPreTokenizer : byteLevel,
    post_processor:
      isClip || isRoberta
        ? { ...byteLevel, type: "RobertaProcessing", cls: [begin, vocab[begin]], sep: [end, vocab[end]] }
        : kind.startsWith("opt") || tokenizer.add_bos_token === true
          ? beginTemplate(begin, vocab[begin])
          : { ...byteLevel, trim_offsets: false },
    decoder: byteLevel,
    added_tokens: addedTokens(vocab, [unknown, begin, end, ...others, ...usual], { tokenizer, added }),
  };
}

const clipNormalizer = {
  type: "Sequence",
  normalizers: [{ type: "NFC" }, { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Lowercase" }],
};

const clipPreTokenizer = {
  type: "Sequence",
  pretokenizers: [
    {
      type: "Split",
      pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
      behavior: "Removed",
      invert: true,
    },
    { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
  ],
};

const qwenPreTokenizer = {
  type: "Sequence",
  pretokenizers: [
    {
      type: "Split",
      pattern: {
        Regex:
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      },
      behavior: "Isolated",
      invert: false,
    },
    { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false },
  ],
};

/** Whose tokenizer it is, in lower case: "clip…", "roberta…". */
const kindOf = ({ config, tokenizer }: Pick<OlderFiles, "config" | "tokenizer">) =>
  `${tokenizer.tokenizer_class ?? config.model_type ?? ""}`.toLowerCase();

/** Of a pair the second text has types of its own, as BERT's, between two separators, as RoBERTa's. */
function mpnetTemplate(cls: string, clsId: unknown, sep: string, sepId: unknown): unknown {
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const first = [special(cls, 0), { Sequence: { id: "A", type_id: 0 } }, special(sep, 0)];
  return {
    type: "TemplateProcessing",
    single: first,
    pair: [...first, special(sep, 0), { Sequence: { id: "B", type_id: 1 } }, special(sep, 1)],
    special_tokens: {
      [cls]: { id: cls, ids: [clsId], tokens: [cls] },
      [sep]: { id: sep, ids: [sepId], tokens: [sep] },
    },
  };
}

function beginTemplate(token: string, id: unknown): unknown {
  const special = (type_id: number) => ({ SpecialToken: { id: token, type_id } });
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  return {
    type: "TemplateProcessing",
    single: [special(0), text("A", 0)],
    pair: [special(0), text("A", 0), special(1), text("B", 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

/** A special token as the older files write it: its text, or an object that holds it. */
function specialToken(files: Fields, key: string): string | undefined {
  const value = files[key];
  if (typeof value === "string") return value;
  const content = typeof value === "object" && value !== null ? (value as Fields).content : undefined;
  return typeof content === "string" ? content : undefined;
}

function addedTokens(
  vocab: Fields,
  special: readonly (string | undefined)[],
  { tokenizer, added }: Omit<OlderFiles, "config">,
): unknown[] {
  const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null;
  const more = Array.isArray(tokenizer.additional_special_tokens) ? tokenizer.additional_special_tokens : [];
  const contents = more.map((token) => (isObject(token) ? token.content : token));
  const specials = new Set<unknown>([...special, ...contents].filter((token) => typeof token === "string"));
  // Newer files of older tokenizers list them by their ids, with what is special of each.
  const listed = Object.entries(isObject(tokenizer.added_tokens_decoder) ? tokenizer.added_tokens_decoder : {}).flatMap(
    ([id, token]) => (isObject(token) && typeof token.content === "string" ? [{ ...token, id: Number(id) }] : []),
  ) as (Fields & { id: number; content: string })[];
  const ids: Fields = {
    ...Object.fromEntries([...specials].map((token) => [token, vocab[token as string]])),
    ...added,
    ...Object.fromEntries(listed.map(({ content, id }) => [content, id])),
  };
  const described = [...listed, ...Object.values(tokenizer).filter(isObject), ...more.filter(isObject)];
  return Object.entries(ids)
    .filter(([, id]) => id !== undefined)
    .map(([content, id]) => {
      const token = described.find((each) => each.content === content);
      const isSpecial = specials.has(content) || token?.special === true;
      return {
        // Of RoBERTa's and BART's the spaces before a mask are its own, whether their files say so or not.
        lstrip: content === "<mask>",
        ...token,
        ...{ id, content, special: isSpecial, normalized: !isSpecial && token?.normalized !== false },
      };
    });
}
