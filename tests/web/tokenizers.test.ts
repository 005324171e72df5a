/** Against what Hugging Face's own library makes of the texts of tests/fixtures/tokenizers. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Tokenizer } from "../../web/src/models/tokenizer/tokenizer";
import { tokenizerOf } from "../../web/src/models/tokenizer/tokenizer-files";

interface Expected {
  texts: {
    text: string;
    ids: number[];
    tokens: string[];
    offsets: [number, number][];
    plain_ids: number[];
    decoded: string;
    decoded_with_special: string;
  }[];
  pairs: { pair: [string, string]; ids: number[]; type_ids: number[] }[];
}
type Fixture = Expected & { tokenizer: unknown };

const folder = join(import.meta.dirname, "../fixtures/tokenizers");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8"));
const fixture = (name: string): Fixture => read(join(folder, `${name}.json`));
const names = readdirSync(folder).map((file) => file.replace(".json", ""));

/** From offsets in code points, as the library's Python form gives them, to JavaScript's. */
function inUnits(text: string, offsets: [number, number][]): [number, number][] {
  const units = [0];
  for (const character of text) units.push((units.at(-1) ?? 0) + character.length);
  return offsets.map(([start, end]) => [units[start] ?? -1, units[end] ?? -1]);
}

function compare(tokenizer: Tokenizer, { texts, pairs }: Expected): void {
  for (const { text, ids, tokens, offsets, plain_ids, decoded, decoded_with_special } of texts) {
    const encoding = tokenizer.encode(text);
    expect({ text, ids: encoding.ids, pieces: encoding.pieces, offsets: encoding.offsets }).toEqual({
      text,
      ids,
      pieces: tokens,
      offsets: inUnits(text, offsets),
    });
    expect(tokenizer.encode(text, { addSpecialTokens: false }).ids).toEqual(plain_ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe(decoded_with_special);
  }
  for (const { pair, ids, type_ids } of pairs) {
    const encoding = tokenizer.encode(pair[0], { pair: pair[1] });
    expect({ pair, ids: encoding.ids, typeIds: encoding.typeIds }).toEqual({ pair, ids, typeIds: type_ids });
  }
}

describe("every text and pair of the reference, with ids, offsets, types and decodings", () => {
  test.each(names)("%s", (name) => {
    const { tokenizer, ...expected } = fixture(name);
    expect(expected.texts).toHaveLength(88);
    expect(expected.pairs).toHaveLength(5);
    compare(new Tokenizer(tokenizer), expected);
  });
});

describe("each component of a tokenizer.json as Hugging Face's library has it", () => {
  interface Case {
    fields: object;
    expected: {
      text: string;
      pair?: string;
      ids: number[];
      pieces: string[];
      offsets: [number, number][];
      typeIds: number[];
      sequenceIds: (number | null)[];
      decoded?: [string, string];
    }[];
  }
  const { base, ...cases } = read(join(import.meta.dirname, "../fixtures/tokenizer-components.json")) as {
    base: object;
  } & Record<string, Case>;

  test.each(Object.entries(cases as Record<string, Case>))("%s", (_, { fields, expected }) => {
    const tokenizer = new Tokenizer({ ...base, ...fields });
    for (const { text, pair, offsets, decoded, ...wanted } of expected) {
      const { tokens: _tokens, ...encoding } = tokenizer.encode(text, pair === undefined ? {} : { pair });
      const ofText = offsets.map((offset, i) => {
        const of = wanted.sequenceIds[i] === 1 ? (pair ?? "") : text;
        return inUnits(of, [offset])[0];
      });
      expect({ text, pair, ...encoding }).toEqual({ text, pair, ...wanted, offsets: ofText });
      decoded?.forEach((want, i) => {
        expect(tokenizer.decode(encoding.ids, { skipSpecialTokens: i === 0 })).toBe(want);
      });
    }
  });
});

/** With sentencepiece's whole character map, which is too large to be kept here: `../shared/tokenizers` beside the clone. */
const reference = process.env.HEED_TOKENIZERS ?? join(import.meta.dirname, "../../../shared/tokenizers");

describe.skipIf(!existsSync(reference))("the reference's own files", () => {
  test.each(names)("%s", (name) => {
    compare(
      new Tokenizer(read(join(reference, `${name}.tokenizer.json`))),
      read(join(reference, `${name}.expected.json`)),
    );
  });
});

describe("every encoding", () => {
  const texts = [
    "",
    "a",
    "日本語 テキスト 👍🏽",
    " x\u0301\u0327 ﬁ  \u200b\t\0 \ud800 end ",
    "İ ΑΣ <s></s><mask>[SEP]",
  ];
  test.each(names)("of %s has lists of one length, and offsets that are in the text and in order", (name) => {
    const tokenizer = new Tokenizer(fixture(name).tokenizer);
    for (const text of texts) {
      const { ids, tokens, pieces, offsets, typeIds, sequenceIds } = tokenizer.encode(text, { pair: text });
      for (const list of [tokens, pieces, offsets, typeIds, sequenceIds]) expect(list).toHaveLength(ids.length);
      for (const sequence of [0, 1]) {
        let last = 0;
        offsets.forEach(([start, end], i) => {
          if (sequenceIds[i] !== sequence) return;
          expect(start).toBeGreaterThanOrEqual(Math.min(last, start));
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = start;
        });
      }
    }
  });
});

describe("tokens are readable", () => {
  test("bytes of a byte-level vocabulary are characters, and those of a split character are marked", () => {
    const characters = new Tokenizer({
      ...(fixture("gpt2").tokenizer as object),
      model: {
        type: "BPE",
        vocab: { è: 0, "¿": 1, Ļ: 2, "è¿": 3, "è¿Ļ": 4, Ġ: 5, "Ġè¿Ļ": 6 },
        merges: ["è ¿", "è¿ Ļ", "Ġ è¿Ļ"],
      },
    });
    expect(characters.encode("这 这").tokens).toEqual(["这", " 这"]);
    expect(characters.encode("这 这").pieces).toEqual(["è¿Ļ", "Ġè¿Ļ"]);
    const { tokens, offsets } = new Tokenizer(fixture("gpt2").tokenizer).encode("这");
    expect(tokens).toEqual(["<0xE8>", "<0xBF>", "<0x99>"]);
    expect(offsets).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  test("spaces of sentencepiece are spaces, special tokens have their names, bytes are marked", () => {
    const tokenizer = new Tokenizer(fixture("llama2").tokenizer);
    const { tokens, sequenceIds } = tokenizer.encode("two 👍");
    expect(tokens).toEqual(["<s>", " t", "w", "o ", "<0xF0>", "<0x9F>", "<0x91>", "<0x8D>"]);
    expect(sequenceIds).toEqual([null, 0, 0, 0, 0, 0, 0, 0]);
    expect(tokenizer.specialTokens.get(1)).toBe("<s>");
    expect(tokenizer.tokenOf(1)).toBe("<s>");
    expect(tokenizer.tokenOf(2 ** 20)).toBeUndefined();
  });

  test("of the texts of a pair it is said which is which", () => {
    const { tokens, sequenceIds } = new Tokenizer(fixture("bert").tokenizer).encode("a", { pair: "b" });
    expect(tokens).toEqual(["[CLS]", "a", "[SEP]", "b", "[SEP]"]);
    expect(sequenceIds).toEqual([null, 0, null, 1, null]);
  });
});

describe("older files", () => {
  const files = (texts: Record<string, string>) =>
    new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));
  const model = (name: string) =>
    (fixture(name).tokenizer as { model: { vocab: Record<string, number>; merges: [string, string][] } }).model;
  const words = (name: string) =>
    Object.entries(model(name).vocab)
      .sort(([, a], [, b]) => a - b)
      .map(([token]) => token)
      .join("\n");

  test.each([
    ["bert", true],
    ["bert_cased", false],
  ])("vocab.txt is the tokenizer %s", (name, lower) => {
    const tokenizer = tokenizerOf(
      files({ "vocab.txt": `${words(name)}\n`, "tokenizer_config.json": JSON.stringify({ do_lower_case: lower }) }),
    );
    compare(tokenizer as Tokenizer, fixture(name));
  });

  test.each([
    ["gpt2", { model_type: "gpt2" }, {}],
    ["roberta", { model_type: "roberta" }, { add_prefix_space: true, mask_token: { content: "<mask>" } }],
  ])("vocab.json and merges.txt are the tokenizer %s", (name, config, options) => {
    const { vocab, merges } = model(name);
    const tokenizer = tokenizerOf(
      files({
        "vocab.json": JSON.stringify(name === "roberta" ? { ...vocab, "<mask>": 700 } : vocab),
        "merges.txt": `#version: 0.2\n${merges.map((pair) => (typeof pair === "string" ? pair : pair.join(" "))).join("\n")}\n`,
        "config.json": JSON.stringify(config),
        "tokenizer_config.json": JSON.stringify(options),
      }),
    );
    compare(tokenizer as Tokenizer, fixture(name));
  });

  test("vocab.json and merges.txt of Qwen are the tokenizer qwen2, with its special tokens listed by their ids", () => {
    const { vocab, merges } = model("qwen2");
    const { added_tokens } = fixture("qwen2").tokenizer as { added_tokens: { id: number }[] };
    const tokenizer = tokenizerOf(
      files({
        "vocab.json": JSON.stringify(vocab),
        "merges.txt": `#version: 0.2\n${merges.map((pair) => (typeof pair === "string" ? pair : pair.join(" "))).join("\n")}\n`,
        "tokenizer_config.json": JSON.stringify({
          tokenizer_class: "Qwen2Tokenizer",
          added_tokens_decoder: Object.fromEntries(added_tokens.map(({ id, ...token }) => [id, token])),
        }),
      }),
    );
    compare(tokenizer as Tokenizer, fixture("qwen2"));
  });

  test("vocab.txt of MPNet has RoBERTa's special tokens, and BERT's types in a pair", () => {
    const vocab = ["<s>", "<pad>", "</s>", "<unk>", "a", "b", "##b", "[UNK]", "<mask>"].join("\n");
    const tokenizer = tokenizerOf(files({ "vocab.txt": vocab, "config.json": '{"model_type": "mpnet"}' })) as Tokenizer;
    const { ids, typeIds } = tokenizer.encode("AB <mask>", { pair: "b" });
    expect(ids).toEqual([0, 4, 6, 8, 2, 2, 5, 2]);
    expect(typeIds).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
  });

  test("tokens that were added have the ids and the spaces that the older files give them", () => {
    const config = {
      added_tokens_decoder: {
        "9": { content: "<new>", rstrip: true, normalized: false, special: false },
        "10": { content: "<end>", special: true },
      },
      additional_special_tokens: ["<more>"],
    };
    const tokenizer = tokenizerOf(
      files({
        "vocab.txt": ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "<more>"].join("\n"),
        "tokenizer_config.json": JSON.stringify(config),
        "added_tokens.json": '{"<old>": 8}',
      }),
    ) as Tokenizer;
    const { ids, offsets } = tokenizer.encode("a <new>  b<old><end><more>", { addSpecialTokens: false });
    expect(ids).toEqual([5, 9, 6, 8, 10, 7]);
    expect(offsets[1]).toEqual([2, 9]);
    expect([...tokenizer.specialTokens.values()].sort()).toEqual([
      "<end>",
      "<more>",
      "[CLS]",
      "[MASK]",
      "[PAD]",
      "[SEP]",
      "[UNK]",
    ]);
  });

  test("that of CLIP ends words with </w>, which is a space in a decoded text and nothing in a readable token", () => {
    const vocab = { a: 0, b: 1, "b</w>": 2, "ab</w>": 3, "<|startoftext|>": 4, "<|endoftext|>": 5, "a</w>": 6 };
    const tokenizer = tokenizerOf(
      files({
        "vocab.json": JSON.stringify(vocab),
        "merges.txt": "#version: 0.2\na b</w>\n",
        "tokenizer_config.json": '{"tokenizer_class": "CLIPTokenizer"}',
      }),
    ) as Tokenizer;
    const { ids, tokens, offsets } = tokenizer.encode("AB  a");
    expect(ids).toEqual([4, 3, 6, 5]);
    expect(tokens).toEqual(["<|startoftext|>", "ab", "a", "<|endoftext|>"]);
    expect(offsets).toEqual([
      [0, 0],
      [0, 2],
      [4, 5],
      [0, 0],
    ]);
    expect(tokenizer.decode(ids)).toBe("ab a");
  });

  test("no file of a tokenizer is no tokenizer", () => {
    expect(tokenizerOf(files({ "config.json": "{}" }))).toBeUndefined();
  });
});
