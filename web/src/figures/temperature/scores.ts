/** The scores of the temperature figure, for the example sentence and two words more: made up, one row a query, for the reader to change. */
import { type Parsed, quote } from "../../model/fields";
import type { Setting } from "../../model/settings";

export const tokens = ["The", "river", "rose", "over", "the", "bank", "this", "spring"] as const;
export const size = tokens.length;

/** Row-major, (queries × keys): q·k ÷ √d_k as it might be. */
export type Scores = readonly number[];

export const leastScore = -4;
export const mostScore = 4;
export const scoreStep = 0.1;

export const scoresByHand: Scores = [
  [1.0, 1.6, 0.2, -0.5, -0.3, 0.4, -0.8, -0.2],
  [2.1, 0.9, 0.3, -0.6, 0.4, 0.2, -0.9, 0.5],
  [-0.4, 2.8, 0.6, 0.1, -0.7, 0.3, -0.5, 0.8],
  [-0.8, 0.4, 2.0, 0.5, -0.2, 1.4, -0.6, -0.3],
  [0.9, -0.2, 0.3, 1.2, 0.6, 1.8, -0.4, -0.1],
  [0.1, 0.8, 0.9, 1.5, 2.4, 0.7, -0.3, 0.2],
  [-0.2, 0.3, 1.1, -0.4, 0.0, 0.6, 0.2, 1.3],
  [-0.6, 3.0, 2.2, -0.3, -0.8, 0.5, 0.6, 0.4],
].flat();

export function withScore(scores: Scores, query: number, key: number, score: number): Scores {
  const next = [...scores];
  next[query * size + key] = toStep(score);
  return next;
}

export const isByHand = (scores: Scores) => scores.every((score, i) => score === scoresByHand[i]);

const toStep = (score: number) =>
  Number((Math.round(Math.min(mostScore, Math.max(leastScore, score)) / scoreStep) * scoreStep).toFixed(1));

/** What differs from the scores made by hand, as "query,key,score" one after the other. */
export const scoresSetting: Setting<Scores> = {
  default: scoresByHand,
  format: (scores) =>
    scores.flatMap((score, i) => (score === scoresByHand[i] ? [] : [Math.floor(i / size), i % size, score])).join(),
  parse,
};

function parse(text: string): Parsed<Scores> {
  const numbers =
    text.trim() === "" ? [] : text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  let scores = scoresByHand;
  for (let i = 0; i < numbers.length; i += 3) {
    const [query = Number.NaN, key = Number.NaN, score = Number.NaN] = numbers.slice(i, i + 3);
    const isPlace = [query, key].every((place) => Number.isInteger(place) && place >= 0 && place < size);
    if (!isPlace || !(score >= leastScore && score <= mostScore))
      return {
        problem: `scores are “query,key,score” one after the other, within ${size} × ${size} and from ${leastScore} to ${mostScore}, not “${quote(text)}”`,
      };
    scores = withScore(scores, query, key, score);
  }
  return { value: scores };
}
