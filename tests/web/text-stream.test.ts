import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { TextStream } from "../../web/src/models/tokenizer/text-stream";
import { Tokenizer } from "../../web/src/models/tokenizer/tokenizer";

const tokenizer = (name: string) =>
  new Tokenizer(
    JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/tokenizers/${name}.json`), "utf8")).tokenizer,
  );
const text = "  Once upon a time, 这 café 👍🏽 ▁ end.".repeat(5);

describe("what tokens add, one after the other, is the text", () => {
  test.each(["gpt2", "roberta", "llama3", "qwen2", "llama2", "gemma"])("%s", (name) => {
    const model = tokenizer(name);
    const { ids } = model.encode(text, { addSpecialTokens: false });
    const stream = new TextStream(model);
    const added = ids.map((id) => stream.next(id));
    expect(added.join("")).toBe(model.decode(ids));
    expect(added.join("")).not.toContain("\ufffd");
    // A character of several tokens comes with its last.
    expect(added).toContain("");
  });

  test.each(["llama2", "bert", "gpt2"])("also after others: %s", (name) => {
    const model = tokenizer(name);
    const { ids } = model.encode("the quick brown fox jumps over the lazy dog", { addSpecialTokens: false });
    const before = ids.slice(0, 12);
    const stream = new TextStream(model, before);
    const added = ids.slice(12).map((id) => stream.next(id));
    expect(model.decode(before) + added.join("")).toBe(model.decode(ids));
  });
});

test("special tokens add nothing", () => {
  expect(new TextStream(tokenizer("llama2")).next(2)).toBe("");
});
