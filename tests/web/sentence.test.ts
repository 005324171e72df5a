import { beforeAll, describe, expect, test } from "vitest";
import { type Lab, loadLab } from "../../web/src/compute/lab";
import type { HeadMap } from "../../web/src/compute/maps/notebook-maps";
import { weightsView } from "../../web/src/compute/maps/weights-view";
import { byNumber } from "../../web/src/figure/reading";
import { readWord } from "../../web/src/figures/sentence/sentence-reading";
import { sentenceWords, withWord } from "../../web/src/model/sentence-words";

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
  let lab: Lab;
  beforeAll(async () => {
    lab = await loadLab();
  });

  const entropyOf = (row: readonly number[]) => -row.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0);
  const mapOf = (rows: readonly (readonly number[])[]): HeadMap => ({
    queries: rows.length,
    keys: rows.length,
    weights: Float32Array.from(rows.flat()),
    entropy: Float32Array.from(rows, entropyOf),
    normalisedEntropy: Float32Array.from(rows, (row, i) => (i > 0 ? entropyOf(row) / Math.log(i + 1) : 0)),
    largestEntropy: Float32Array.from(rows, (_, i) => Math.log(i + 1)),
    visibleKeys: Float32Array.from(rows, (_, i) => i + 1),
    meanWeight: 1 / rows.length,
    maxWeight: Math.max(...rows.flat()),
    minWeight: 0,
    meanEntropy: rows.reduce((sum, row) => sum + entropyOf(row), 0) / rows.length,
  });
  const map = mapOf([
    [1, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0.125, 0.375],
  ]);
  const all = { map, withoutFirst: false, share: 1, queries: [] };

  test("without token 0 the rest of each row adds up to 1, and a row that had nothing else is empty", () => {
    const view = weightsView(lab, { ...all, withoutFirst: true });
    expect([...view.map.weights]).toEqual([0, 0, 0, 0, 1, 0, 0, 0.25, 0.75]);
    expect(view.map.maxWeight).toBe(1);
    expect([...view.countedKeys]).toEqual([0, 1, 2]);
  });

  test("its entropies are those of the new rows, as shares of what is left, and so is their mean", () => {
    const { map: rest } = weightsView(lab, { ...all, withoutFirst: true });
    const last = entropyOf([0.25, 0.75]);
    for (const [i, nats] of [0, 0, last].entries()) expect(rest.entropy[i]).toBeCloseTo(nats, 6);
    expect(rest.normalisedEntropy[2]).toBeCloseTo(last / Math.LN2, 6);
    expect(rest.largestEntropy[2]).toBeCloseTo(Math.LN2, 6);
    expect(rest.meanEntropy).toBeCloseTo(last / 3, 6);
  });

  test("a strong sink leaves the others the softmax that they would have without it", () => {
    // Logits 14, 0, 1, 2: float32 keeps one digit of 1 - w.
    const exponentials = [14, 0, 1, 2].map(Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    const row = exponentials.map((each) => each / sum);
    const size = { queries: 1, keys: 4, visibleKeys: Float32Array.of(4), entropy: Float32Array.of(entropyOf(row)) };
    const sink: HeadMap = { ...mapOf([[1]]), ...size, weights: Float32Array.from(row) };
    const view = weightsView(lab, { ...all, map: sink, withoutFirst: true });
    const rest = [1, Math.E, Math.E ** 2].map((each) => each / (1 + Math.E + Math.E ** 2));
    for (const [i, weight] of rest.entries()) expect(view.map.weights[i + 1]).toBeCloseTo(weight, 6);
    expect(view.map.entropy[0]).toBeCloseTo(entropyOf(rest), 6);
    const said = readWord(["a", "b", "c", "d"], view, { query: 0, key: null }, byNumber);
    expect(said.exact).toContain("of at most ln 3 = 1.099");
  });

  test("tokens that are hidden are told from those that come later, and have no part in what is left without the first", () => {
    const hidden: HeadMap = {
      ...mapOf([
        [0, 0, 0],
        [0, 1, 0],
        [0, 0.25, 0.75],
      ]),
      visibleKeys: Float32Array.of(0, 1, 2),
      visible: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 1, 1),
    };
    const view = weightsView(lab, { ...all, map: hidden, withoutFirst: true });
    expect([...view.countedKeys]).toEqual([0, 1, 2]);
    expect(view.map.normalisedEntropy[2]).toBeCloseTo(entropyOf([0.25, 0.75]) / Math.LN2, 6);
    const said = (query: number, key: number) =>
      readWord(["a", "b", "c"], view, { query, key }, byNumber).sentence.join("");
    expect(said(2, 2)).toBe("Query 2 “c” gives 75 % of its weight to 2 “c”.");
    expect(said(2, 0)).toBe("Query 2 “c” does not see 0 “a”: it is hidden.");
    expect(said(1, 2)).toBe("Query 1 “b” does not see 2 “c”: it comes later.");
  });

  test("the largest half of what is visible stays as it was, the rest is 0", () => {
    const kept = (share: number, withoutFirst = false) => [
      ...weightsView(lab, { ...all, share, withoutFirst }).map.weights,
    ];
    expect(kept(0.5)).toEqual([1, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0]);
    expect(kept(1)).toEqual([...map.weights]);
    expect(kept(0.01).filter((weight) => weight > 0)).toEqual([1]);
    // Of the three that are left without token 0, two thirds are two.
    expect(kept(0.67, true)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0.75]);
  });

  test("what several queries give is added up", () => {
    const received = (...queries: number[]) => [...weightsView(lab, { ...all, queries }).received];
    expect(received(1, 2)).toEqual([1, 0.625, 0.375]);
    expect(received()).toEqual([0, 0, 0]);
    expect(() => received(3)).toThrow("there is no query 3 among 3");
  });
});
