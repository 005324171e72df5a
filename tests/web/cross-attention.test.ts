// What the section "From one text to another" says, on the numbers that its figure shows.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../web/src/compute/engine";
import type { Reversal } from "../../web/src/compute/lab";
import { nameOf, read, strongest, writtenAfter } from "../../web/src/figures/cross-attention/cross-reading";
import { crossSettings, lettersOf } from "../../web/src/figures/cross-attention/cross-state";
import { labEngine } from "./lab-engine";

const file = new Uint8Array(readFileSync(new URL("../../web/public/models/reversal.safetensors", import.meta.url)));

describe("the numbers of the figure", () => {
  let engine: Pick<Engine, "lab">;
  beforeAll(async () => {
    engine = await labEngine();
  });
  const reverse = (word: string): Promise<Reversal> =>
    engine.lab("writeReversal", { file, letters: lettersOf(word) }) as Promise<Reversal>;
  const written = (result: Reversal) => result.target.map((_, at) => nameOf(writtenAfter(result, at)));

  test.each(["attention", "banana", "level", "a", "zzzzzzzzzz", "abcdefghij"])(
    "%s is written in reverse order, each letter with most weight on the one that it repeats",
    async (word) => {
      const result = await reverse(word);
      expect(written(result)).toEqual([...[...word].reverse(), "end"]);
      for (const [at] of [...word].entries()) expect(strongest(result.cross, at)).toBe(word.length - 1 - at);
    },
  );

  test("at the first “n” of “ananab” nearly all of the weight is on the second “n” of “banana”", async () => {
    const { sentence } = read(await reverse("banana"), "cross", 1, null);
    expect(sentence.join("")).toContain(
      "To write “n” after “a” (1), the decoder gives “n” (4) of the word a weight of",
    );
    expect(Number(sentence.at(-2))).toBeGreaterThan(0.9);
  });

  test("the encoder sees both sides, the decoder only what is written, and cross-attention all of the word", async () => {
    const { encoder, decoder, cross, source, target } = await reverse("cat");
    const seen = ({ data, shape }: Reversal["cross"], query: number) =>
      [...data.subarray(query * shape[3], (query + 1) * shape[3])].filter((weight) => weight > 0).length;
    expect([encoder.shape, decoder.shape, cross.shape]).toEqual(Array(3).fill([1, 1, 4, 4]));
    for (const at of target.keys()) {
      expect(seen(encoder, at)).toBe(source.length);
      expect(seen(decoder, at)).toBe(at + 1);
      expect(seen(cross, at)).toBe(source.length);
    }
  });

  test("what the lab cannot use is refused with its words", async () => {
    await expect(engine.lab("writeReversal", { file, letters: [] })).rejects.toThrow("the word has 0 letters");
    await expect(engine.lab("writeReversal", { file: file.slice(0, 99), letters: [0] })).rejects.toThrow();
  });
});

test("words: letters only, of either case, at most ten", () => {
  const { parse } = crossSettings.word;
  expect(parse(" Level ")).toEqual({ value: "level" });
  for (const text of ["", "two words", "élan", "abcdefghijk"])
    expect(parse(text)).toEqual({ problem: `word has from 1 to 10 letters, a to z, not “${text}”` });
  expect(crossSettings.written.parse("12")).toEqual({
    problem: "written is a whole number from 1 to 11, not “12”",
  });
});
