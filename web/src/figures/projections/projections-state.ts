/** What the figure of projections shows: the words of the example sentence in the plane, and three matrices of 2 × 2. */
import { type Point, points, pointsSetting } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";
import { choiceSetting, type Settings } from "../../model/settings";

/** Names of matrices, as settings and addresses write them. */
export const projections = ["query", "key", "value"] as const;
export type Projection = (typeof projections)[number];

export interface ProjectionsState {
  /** The word whose row is shown. */
  readonly word: string;
  /** A vector for each different word. */
  readonly embeddings: readonly Point[];
  /** Each matrix as its two rows: where it takes (1, 0) and (0, 1). */
  readonly query: readonly Point[];
  readonly key: readonly Point[];
  readonly value: readonly Point[];
}

/** The words that have a vector; “the” is there twice and has one. */
export const vocabulary = [...new Set<string>(exampleSentence)] as [string, ...string[]];
/** Which of the vectors a word of the sentence has. */
export const vectorOf = (index: number) => vocabulary.indexOf(exampleSentence[index] ?? "");
/** Where in the sentence a word is for the first time. */
export const placeOf = (word: string) => exampleSentence.indexOf(word as (typeof exampleSentence)[number]);

export const projectionsSettings: Settings<ProjectionsState> = {
  word: choiceSetting("word", vocabulary, { default: "bank" }),
  // To the right: water. Upwards: money. “bank” has something of both.
  embeddings: pointsSetting("embeddings", points([-0.6, -0.7], [2.1, -0.2], [1, -1.3], [-1.5, 0.3], [0.7, 1.5])),
  query: pointsSetting("query", points([0.3, 0.6], [1.1, 0.1])),
  key: pointsSetting("key", points([1.1, -0.1], [-0.2, 0.8])),
  value: pointsSetting("value", points([0.9, 0.5], [-0.5, 0.8])),
};
