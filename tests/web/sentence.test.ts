import { describe, expect, test } from "vitest";
import { sentenceWords, withWord } from "../../web/src/state/sentence";
import { largestShare, received, withoutFirst } from "../../web/src/state/weights-view";

const vocabulary = ["¶", ".", ",", "the", "Clara", "fox", "it's"];

describe("a text as tokens", () => {
  test("words are found in whatever case the vocabulary has them, with their punctuation", () => {
    expect(sentenceWords("The FOX, clara.", vocabulary, 20)).toEqual([
      { text: "the", token: 3 },
      { text: "fox", token: 5 },
      { text: ",", token: 2 },
      { text: "Clara", token: 4 },
      { text: ".", token: 1 },
    ]);
    expect(sentenceWords("it’s", vocabulary, 20)).toEqual([{ text: "it's", token: 6 }]);
  });

  test("unknown words, markup and symbols are kept as they are and have no token", () => {
    const words = sentenceWords("the <b>zebra</b> 🦓", vocabulary, 20);
    expect(words.filter(({ token }) => token >= 0).map(({ text }) => text)).toEqual(["the"]);
    expect(words.map(({ text }) => text).join(" ")).toBe("the < b > zebra < / b > 🦓");
  });

  test("what lies behind the context is not read; nothing gives nothing", () => {
    expect(sentenceWords("the fox the fox", vocabulary, 2)).toHaveLength(2);
    expect(sentenceWords(" \n ", vocabulary, 2)).toEqual([]);
  });

  test("a word is added as prose is spaced", () => {
    expect([withWord("the fox ", "."), withWord("the", "fox"), withWord("", "the")]).toEqual([
      "the fox.",
      "the fox",
      "the",
    ]);
  });
});

describe("views of weights", () => {
  const map = {
    queries: 3,
    keys: 3,
    weights: Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.5, 0.125, 0.375),
    visibleKeys: Float32Array.of(1, 2, 3),
  };

  test("without token 0 the rest of each row adds up to 1, and a row that had nothing else is empty", () => {
    const { weights } = withoutFirst(map);
    expect([...weights]).toEqual([0, 0, 0, 0, 1, 0, 0, 0.25, 0.75]);
  });

  test("the largest half of what is visible stays as it was, the rest is 0", () => {
    expect([...largestShare(map, 50).weights]).toEqual([1, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0]);
    expect(largestShare(map, 100)).toBe(map);
    expect([...largestShare(map, 1).weights].filter((weight) => weight > 0)).toEqual([1]);
  });

  test("what several queries give is added up", () => {
    expect([...received(map, [1, 2])]).toEqual([1, 0.625, 0.375]);
    expect([...received(map, [])]).toEqual([0, 0, 0]);
  });
});
