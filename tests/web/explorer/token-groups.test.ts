import { describe, expect, it } from "vitest";
import {
  asOneGroup,
  groupAt,
  groupsOfText,
  numbersOf,
  singleTokens,
  tokensIn,
  wordGroups,
} from "../../../web/src/explorer/token-groups";
import { withOthers, wordsOfTokens } from "../../../web/src/explorer/worker/words-of-tokens";

describe("words of tokens", () => {
  /** Tokens one after the other, as a tokenizer that leaves nothing out gives them. */
  const tokensOf = (...tokens: string[]) => {
    const endOf = (i: number) => tokens.slice(0, i + 1).join("").length;
    const offsets = tokens.map((token, i): [number, number] => [endOf(i) - token.length, endOf(i)]);
    return { tokens, offsets, sequenceIds: tokens.map((): 0 => 0) };
  };
  const wordsOf = (...tokens: string[]) =>
    wordsOfTokens(tokensOf(...tokens), [tokens.join("")]).map(({ word }) => word);

  it("are those of the text, with spaces before or without, and marks by themselves", () => {
    expect(wordsOf("un", "believ", "able", " cats", "!")).toEqual([0, 0, 0, 1, 2]);
    expect(wordsOf(" do", "n't", " ", "go")).toEqual([0, 0, 1, 2]);
    expect(wordsOf("Caf", "é", "s")).toEqual([0, 0, 0]);
  });

  it("are told apart in writing without spaces, and of tokens that are bytes of one character", () => {
    expect(wordsOfTokens(tokensOf("我", "喜欢", "猫"), ["我喜欢猫"]).map(({ word }) => word)).toEqual([0, 1, 2]);
    const bytes = {
      tokens: ["<0xE8>", "<0xBF>", "a"],
      offsets: [
        [0, 1],
        [0, 1],
        [1, 2],
      ] as [number, number][],
    };
    expect(wordsOfTokens({ ...bytes, sequenceIds: [0, 0, 0] }, ["这a"]).map(({ text }) => text)).toEqual([
      "这",
      "",
      "a",
    ]);
  });

  it("do not reach from one text of a pair into the other, nor over what is put around them", () => {
    const offsets: [number, number][] = [
      [0, 0],
      [0, 2],
      [2, 4],
      [0, 0],
      [0, 2],
      [2, 4],
      [0, 0],
    ];
    const sequenceIds = [null, 0, 0, null, 1, 1, null] as const;
    const tokens = ["[CLS]", "pl", "##ay", "[SEP]", "ca", "##ts", "[SEP]"];
    const words = wordsOfTokens({ tokens, offsets, sequenceIds }, ["play", "cats"]);
    expect(words.map(({ word }) => word)).toEqual([0, 1, 1, 2, 3, 3, 4]);
    expect(wordGroups(tokens, words).map(({ name }) => name)).toEqual(["[CLS]", "play", "[SEP]", "cats", "[SEP]"]);
  });

  it("go on with tokens that are written after the text", () => {
    const words = [{ word: 0, text: "to" }];
    expect(withOthers(1, words, ["day", " we", "."]).map(({ word }) => word)).toEqual([0, 1, 1, 2, 3]);
    expect(withOthers(0, [], ["a"])).toEqual([{ word: 0, text: "a" }]);
  });
});

describe("tokens looked at together", () => {
  const words = [
    { first: 0, end: 2, name: "ab" },
    { first: 2, end: 3, name: "c" },
  ];

  it("are named by the numbers of their groups, as the core takes them", () => {
    expect(numbersOf(words)).toEqual([0, 0, 1]);
    expect(numbersOf(singleTokens(["a", "b"]))).toEqual([0, 1]);
    expect(asOneGroup([2, 0], 4)).toEqual([0, -1, 0, -1]);
  });

  it("are words only where they are joined and known", () => {
    const ofWords = [
      { word: 0, text: "a" },
      { word: 0, text: "b" },
    ];
    expect(groupsOfText(["a", "b"], ofWords, true).map(({ name }) => name)).toEqual(["ab"]);
    expect(groupsOfText(["a", "b"], ofWords, false)).toHaveLength(2);
    expect(groupsOfText(["a", "b"], undefined, true)).toHaveLength(2);
  });

  it("are found by any of their tokens", () => {
    expect([0, 1, 2, 3].map((token) => groupAt(words, token))).toEqual([0, 0, 1, -1]);
    expect(tokensIn(words)).toEqual([0, 1, 2]);
  });
});
