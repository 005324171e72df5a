/** Tokenizers that are damaged or made to do harm: each is refused with a sentence that names what is wrong, before it can cost much. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reasonToRefuse } from "../../web/src/models/tokenizer/patterns";
import { Tokenizer } from "../../web/src/models/tokenizer/tokenizer";
import { tokenizerOf } from "../../web/src/models/tokenizer/tokenizer-files";

const whole = (vocab: object = { a: 0, b: 1, ab: 2 }, merges: unknown = ["a b"]) => ({
  model: { type: "BPE", vocab, merges },
});
const refused = (json: unknown) => {
  try {
    new Tokenizer(json);
  } catch (error) {
    return (error as Error).message;
  }
  return "not refused";
};
const file =
  (text: string, name = "tokenizer.json") =>
  () =>
    tokenizerOf(new Map([[name, new TextEncoder().encode(text)]]));

test("a file that is something else is said to be that", () => {
  expect(file("<!DOCTYPE html><title>Sign in</title>")).toThrow(/^tokenizer.json is a web page in place of the file/);
  expect(file("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n")).toThrow(
    /^tokenizer.json is a pointer of Git LFS in place of the file/,
  );
  expect(file('{"model":')).toThrow(/^tokenizer.json is not JSON: /);
  expect(file("[]")).toThrow("tokenizer.json is [], not an object");
  expect(file("{}")).toThrow("tokenizer.json: model is missing, not an object");
  expect(() => tokenizerOf(new Map([["tokenizer.json", Uint8Array.of(0xff, 0xfe)]]))).toThrow(
    "tokenizer.json is not a text: it has bytes that are not UTF-8",
  );
});

describe("merges", () => {
  test.each([
    ["make tokens that there are not", ["a a"], 'makes "aa" of "a" and "a", but "aa" is not in the vocabulary'],
    ["of nothing, which would go round in circles", [["", "a"]], 'model.merges[0] is ["","a"], not two tokens'],
    ["of three", ["a b a"], 'model.merges[0] is "a b a", not two tokens'],
    ["of numbers", [[1, 2]], "model.merges[0] is [1,2], not two tokens"],
    ["of no list", 3, "model.merges is 3, not a list"],
  ])("%s", (_, merges, message) => {
    expect(refused(whole(undefined, merges))).toContain(message);
  });

  test("that come round to the same token end", () => {
    // "ab" of a and b, "aba" of ab and a, which can be read as a and ba, too.
    const vocab = { a: 0, b: 1, ab: 2, ba: 3, aba: 4 };
    const tokenizer = new Tokenizer(whole(vocab, ["a b", "b a", "ab a", "a ba", "a b"]));
    expect(tokenizer.decode(tokenizer.encode("ab".repeat(2000)).ids).replaceAll(" ", "")).toBe("ab".repeat(2000));
  });
});

test("a million added tokens are refused", () => {
  const added_tokens = Array.from({ length: 1_000_000 }, (_, id) => ({ id, content: `<${id}>` }));
  expect(refused({ ...whole(), added_tokens })).toBe("added_tokens has 1000000 entries; at most 100000 are read");
  expect(refused({ ...whole(), added_tokens: [{ id: 0, content: "x".repeat(1e6) }] })).toBe(
    "added_tokens[0] has 1000000 characters; at most 1000 are read",
  );
});

test.each([-1, 0.5, 2 ** 24, "1", null])("%j is not the id of a token", (id) => {
  expect(refused(whole({ a: id }, []))).toBe(`model.vocab["a"] is ${JSON.stringify(id)}, not the id of a token`);
  expect(refused({ ...whole(), added_tokens: [{ id, content: "x" }] })).toMatch(/^added_tokens\[0\].id is /);
});

test("names of the language are no kinds, and tokens like others", () => {
  for (const type of ["constructor", "__proto__", "toString"])
    for (const step of ["normalizer", "pre_tokenizer", "post_processor"])
      expect(refused({ ...whole(), [step]: { type } })).toContain(`${step} is of the type ${type}; known are `);
  const vocab = JSON.parse('{"__proto__": 0, "constructor": 1, "u": 2}');
  const tokenizer = new Tokenizer({
    model: { type: "WordLevel", vocab, unk_token: "u" },
    pre_tokenizer: { type: "WhitespaceSplit" },
  });
  expect(tokenizer.encode("__proto__ constructor hasOwnProperty").ids).toEqual([0, 1, 2]);
});

describe("regular expressions", () => {
  test.each([
    "(a+)+b",
    "(a*)*b",
    "(a|a)*b",
    "(a|ab)+c",
    "(?:a?){30}a{30}",
    "a?a?a?a?a?a?a?a?a?a?b",
    "(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)c",
    "\\s*\\s*\\s*\\s*x",
    "(\\w+\\s?)*$",
    "(a{1,99}){1,99}b",
    "((a+)b?)+c",
    "(?=(a+)+b)a",
    "(a+)\\1+b",
    "(?:(?:a*)b*)*c",
    "([^]]|[\\]])*x",
  ])("that may take for ever: %s", (source) => {
    expect(reasonToRefuse(source)).toBeDefined();
    const message = refused({
      ...whole(),
      pre_tokenizer: { type: "Split", pattern: { Regex: source }, behavior: "Isolated" },
    });
    expect(message).toMatch(/^pre_tokenizer.pattern is the regular expression /);
    expect(refused({ ...whole(), normalizer: { type: "Replace", pattern: { Regex: source }, content: "" } })).toMatch(
      /^normalizer.pattern is the regular expression /,
    );
  });

  test("that are nested deep, or long", () => {
    expect(reasonToRefuse(`${"(".repeat(100)}a${")".repeat(100)}`)).toBe("is nested more than 50 deep");
    expect(reasonToRefuse("a".repeat(30_000))).toBe("has 30000 characters; at most 20000 are read");
  });

  test("those of tokenizers in use are taken", () => {
    const known = [
      // GPT-2, Llama 3, Qwen 2, o200k, DeepSeek, CLIP, Bloom, ALBERT, and digits in threes from the right.
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
      " ?[^(\\s|[.,!?…。，、।۔،])]+",
      " {2,}",
      "\\d{1,3}(?=(?:\\d{3})*\\b)",
      "(?<=\\d)(?=(\\d{3})+(?!\\d))",
      "\\p{N}{1,3}",
      "[0-9][0-9][0-9]",
    ];
    for (const source of known) expect([source, reasonToRefuse(source)]).toEqual([source, undefined]);
  });

  test("that are not closed are refused", () => {
    for (const source of ["(", "[", "[a", "a)", "(?<", "*", "\\"])
      expect(
        refused({ ...whole(), pre_tokenizer: { type: "Split", pattern: { Regex: source }, behavior: "Isolated" } }),
      ).toMatch(/^pre_tokenizer.pattern is the regular expression .* not one that is known$|^not refused$/);
  });
});

test("a text that grows without end is refused", () => {
  const steps = Array.from({ length: 50 }, () => ({
    type: "Replace",
    pattern: { String: "a" },
    content: "aaaaaaaaaa",
  }));
  const tokenizer = new Tokenizer({ ...whole(), normalizer: { type: "Sequence", normalizers: steps } });
  expect(() => tokenizer.encode("a")).toThrow(/the tokenizer makes \d+ characters of a text of 1/);
  const many = Array.from({ length: 51 }, () => ({ type: "NFC" }));
  expect(refused({ ...whole(), normalizer: { type: "Sequence", normalizers: many } })).toBe(
    "normalizer.normalizers has 51 entries; at most 50 are read",
  );
});

test("sequences within sequences, deep or many, are refused", () => {
  let step: object = { type: "NFC" };
  for (let i = 0; i < 100_000; i++) step = { type: "Sequence", normalizers: [step] };
  expect(refused({ ...whole(), normalizer: step })).toMatch(
    /^normalizer\.normalizers\[0\].* is a sequence in 8 others$/,
  );
  const many = { type: "Sequence", normalizers: Array.from({ length: 10 }, () => ({ type: "NFC" })) };
  const more = { type: "Sequence", normalizers: Array.from({ length: 10 }, () => many) };
  expect(refused({ ...whole(), normalizer: more })).toBe("normalizer has 100 steps; at most 50 are read");
});

test("words of no length, and those that are too long, are refused", () => {
  expect(refused({ ...whole(), pre_tokenizer: { type: "FixedLength", length: 0 } })).toBe(
    "pre_tokenizer.length is 0; it must be a whole number from 1",
  );
  const model = { type: "WordPiece", vocab: { u: 0 }, unk_token: "u", max_input_chars_per_word: 1e9 };
  expect(refused({ model })).toBe("model.max_input_chars_per_word is 1000000000; it must be from 1 to 1000");
});

describe("a character map", () => {
  const withMap = (map: unknown) => ({ ...whole(), normalizer: { type: "Precompiled", precompiled_charsmap: map } });
  const units = (...values: number[]) =>
    Buffer.from(new Uint32Array([4 * values.length, ...values]).buffer).toString("base64");

  test("that is shorter than it says is refused", () => {
    expect(refused(withMap("!"))).toBe("normalizer.precompiled_charsmap is not base64");
    expect(refused(withMap(""))).toBe("normalizer.precompiled_charsmap has 0 bytes but says that 0 are units");
    expect(refused(withMap("/////w=="))).toBe(
      "normalizer.precompiled_charsmap has 4 bytes but says that 4294967295 are units",
    );
  });

  test("whose units point out of it, or to themselves, replaces nothing", () => {
    for (const unit of [0xffffffff, 0x7fffffff, 0x80000161, 0x161, 0])
      expect(new Tokenizer(withMap(units(unit, unit, unit))).encode("ab").ids).toEqual([2]);
  });
});

test("a vocabulary of another kind than its type says is refused", () => {
  expect(refused({ model: { type: "Unigram", vocab: [["a"]] } })).toBe("model.vocab[0] is not a token and its score");
  expect(refused({ model: { type: "Unigram", vocab: [["a", 0]], unk_id: 4 } })).toBe(
    "model.unk_id is 4, but there are 1 tokens",
  );
  expect(refused({ model: { type: "WordPiece", vocab: {}, unk_token: "[UNK]" } })).toBe(
    'model.unk_token is "[UNK]", which is not in the vocabulary',
  );
  expect(refused({ model: { type: "GPT", vocab: {} } })).toContain('model is of the type "GPT"; known are BPE');
});

test("2,000 damaged tokenizers encode, decode, or are refused with an Error", () => {
  const names = ["gpt2", "roberta", "llama3", "bert", "llama2", "digits"];
  const sources = names.map((name) => {
    const { tokenizer } = JSON.parse(
      readFileSync(join(import.meta.dirname, `../fixtures/tokenizers/${name}.json`), "utf8"),
    );
    const { vocab, merges, ...model } = tokenizer.model;
    const few = Object.fromEntries(Object.entries(vocab).slice(0, 40));
    return { ...tokenizer, model: { ...model, vocab: few, ...(merges && { merges: [] }) } };
  });
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
  const values: unknown[] = [
    null,
    -1,
    1e9,
    "",
    "\ud800",
    [],
    {},
    true,
    "(a",
    "Sequence",
    "BPE",
    { Regex: "[" },
    { String: "" },
  ];
  const places = (node: unknown): [object, string][] =>
    typeof node === "object" && node !== null
      ? Object.keys(node).flatMap((key) => [[node, key] as [object, string], ...places(Reflect.get(node, key))])
      : [];
  const outcomes = { encoded: 0, refused: 0 };
  for (let i = 0; i < 2000; i++) {
    const damaged = structuredClone(sources[random(sources.length)]);
    const all = places(damaged);
    for (let j = 1 + random(2); j > 0; j--) {
      const [object, key] = all[random(all.length)] ?? [{}, ""];
      if (random(4) === 0) Reflect.deleteProperty(object, key);
      else Reflect.set(object, key, structuredClone(values[random(values.length)]));
    }
    try {
      const tokenizer = new Tokenizer(JSON.parse(JSON.stringify(damaged)));
      const { ids } = tokenizer.encode("<s> Attention, 这 is\u0301 ", { pair: "x" });
      expect(typeof tokenizer.decode(ids)).toBe("string");
      outcomes.encoded++;
    } catch (error) {
      // What V8 throws where a value is taken for what it is not would be a fault of this reader.
      expect([
        error instanceof Error && error.name,
        i,
        error instanceof TypeError ? error.stack : String(error),
      ]).toEqual(["Error", i, String(error)]);
      outcomes.refused++;
    }
  }
  expect(outcomes.encoded).toBeGreaterThan(200);
  expect(outcomes.refused).toBeGreaterThan(200);
}, 60_000);
