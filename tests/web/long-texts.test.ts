/** Texts and tokenizers for which it matters that a text is passed once, and that nothing too long is made of it. */
import { expect, test } from "vitest";
import { Tokenizer } from "../../web/src/models/tokenizer/tokenizer";

const model = { type: "BPE", vocab: { x: 0, "<s>": 1, é: 2 }, merges: [] };
const encode = (json: object, text: string) => new Tokenizer({ model, ...json }).encode(text);

test("a million spaces before what is not stripped", () => {
  const spaces = " ".repeat(1_000_000);
  const strip = (left: boolean, right: boolean) => ({ type: "Strip", strip_left: left, strip_right: right });
  expect(encode({ normalizer: strip(true, true) }, `${spaces}x${spaces}`)).toMatchObject({
    ids: [0],
    offsets: [[1_000_000, 1_000_001]],
  });
  // U+2003 is a space of another kind, and ZERO WIDTH SPACE is none.
  const ofText = (left: boolean, right: boolean, text: string) =>
    encode({ normalizer: strip(left, right), model: { ...model, unk_token: "é" } }, text).offsets;
  expect(ofText(true, false, "\u2003 x ")[0]).toEqual([2, 3]);
  expect(ofText(true, false, "\u2003 x ")).toHaveLength(2);
  expect(ofText(false, true, " x \u2003")).toEqual([
    [0, 1],
    [1, 2],
  ]);
  expect(ofText(true, true, "x\u200b")).toHaveLength(2);
  expect(ofText(true, true, " \u2003 ")).toEqual([]);
});

test("300,000 added tokens in one text", () => {
  const added_tokens = [{ id: 1, content: "<s>", special: true }];
  const { ids, offsets } = encode({ added_tokens }, "<s>x<s>".repeat(150_000));
  expect(ids).toHaveLength(450_000);
  expect(ids.slice(-3)).toEqual([1, 0, 1]);
  expect(offsets.slice(-2)).toEqual([
    [1_049_996, 1_049_997],
    [1_049_997, 1_050_000],
  ]);
});

test("characters of two units before and between added tokens", () => {
  const added_tokens = [{ id: 1, content: "<s>", special: true, lstrip: true, rstrip: true }];
  const { ids, offsets } = encode({ added_tokens, model: { ...model, vocab: { "🐈": 3 } } }, "🐈🐈 <s> 🐈<s>");
  expect(ids).toEqual([3, 3, 1, 3, 1]);
  expect(offsets).toEqual([
    [0, 2],
    [2, 4],
    [4, 9],
    [9, 11],
    [11, 14],
  ]);
});

/** A map of sentencepiece's in which "x" is replaced by this. */
function charactersMap(replacement: string): string {
  const units = new Uint32Array(256);
  // From the root by the byte of "x" to a unit that has a leaf, 128 places from it: its value is where the replacement begins.
  units[0x78] = 0x78 | (1 << 8) | (128 << 10);
  units[0x78 ^ 128] = 0;
  const size = new Uint32Array([units.byteLength]);
  return Buffer.concat([
    new Uint8Array(size.buffer),
    new Uint8Array(units.buffer),
    Buffer.from(`${replacement}\0`),
  ]).toString("base64");
}

test("what would be too long is refused before it is made", () => {
  const text = "x".repeat(10_000);
  const long = "é".repeat(100_000);
  const replace = { type: "Replace", pattern: { String: "x" }, content: long };
  expect(() => encode({ normalizer: replace }, text)).toThrow(
    "the tokenizer makes 1000000000 characters of a text of 10000",
  );
  const mapped = (replacement: string) => ({
    normalizer: { type: "Precompiled", precompiled_charsmap: charactersMap(replacement) },
  });
  expect(encode(mapped("é"), "xx").ids).toEqual([2, 2]);
  // As soon as it is more than a hundred for each character, and ten thousand.
  expect(() => encode(mapped(long), text)).toThrow("the tokenizer makes 1100000 characters of a text of 10000");
});
