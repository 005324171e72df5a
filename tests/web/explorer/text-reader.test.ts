import { describe, expect, it } from "vitest";
import { idsAsText, tokenizerReader, wordReader } from "../../../web/src/explorer/worker/text-reader";
import { Tokenizer } from "../../../web/src/models/tokenizer/tokenizer";

describe("numbers of tokens", () => {
  it("are read between spaces and commas; the rest is named", () => {
    expect(idsAsText.read(" 5, 6\n7 x 1.5 x -2")).toEqual({
      ids: [5, 6, 7],
      names: ["5", " 6", " 7"],
      unknown: ["x", "1.5", "-2"],
    });
    expect(idsAsText.read("")).toEqual({ ids: [], names: [], unknown: [] });
    expect(idsAsText.nameOf(12)).toBe("12");
  });
});

describe("a vocabulary of words", () => {
  const reader = wordReader(["the", "mill", ",", "Clara"]);

  it("reads known words with the space before them, and names the others", () => {
    expect(reader.read("clara, the Zorblax mill")).toEqual({
      ids: [3, 2, 0, 1],
      names: ["Clara", ",", " the", " mill"],
      unknown: ["Zorblax"],
    });
    expect(reader.nameOf(1)).toBe("mill");
    expect(reader.nameOf(9)).toBe("#9");
  });
});

describe("a tokenizer", () => {
  const json = {
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      vocab: { "[UNK]": 0, wind: 1, "##y": 2 },
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##" },
    added_tokens: [{ id: 0, content: "[UNK]", special: true }],
  };

  it("gives tokens and their names", () => {
    const reader = tokenizerReader({ tokenizer: new Tokenizer(json) });
    expect(reader?.read("windy")).toEqual({
      ids: [1, 2],
      names: ["wind", "##y"],
      unknown: [],
      words: [
        { word: 0, text: "wind" },
        { word: 0, text: "y" },
      ],
      typeIds: [0, 0],
      around: [0, 0],
    });
    expect(reader?.nameOf(2)).toBe("##y");
    expect(reader?.nameOf(9)).toBe("#9");
  });

  it("says how many tokens it puts around a text", () => {
    const special = ["[CLS]", "[SEP]"].map((content, i) => ({ id: 3 + i, content, special: true }));
    const around = { type: "BertProcessing", cls: ["[CLS]", 3], sep: ["[SEP]", 4] };
    const tokenizer = new Tokenizer({
      ...json,
      added_tokens: [...json.added_tokens, ...special],
      post_processor: around,
    });
    expect(tokenizerReader({ tokenizer })?.read("windy")).toMatchObject({ ids: [3, 1, 2, 4], around: [1, 1] });
  });

  it("may be missing", () => {
    expect(tokenizerReader({ tokenizer: undefined })).toBeUndefined();
  });
});
