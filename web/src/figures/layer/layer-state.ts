/** What the figure of a whole layer shows: a word of the example sentence on its way through a layer of two heads, in the plane. */
import { type Point, points, pointsSetting } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";
import { choiceSetting, type Settings } from "../../model/settings";

export const switches = ["on", "off"] as const;
type Switch = (typeof switches)[number];

export interface LayerState {
  readonly word: string;
  readonly head1: Switch;
  readonly head2: Switch;
  readonly feedForward: Switch;
  /** A vector for each different word. */
  readonly embeddings: readonly Point[];
}

export const vocabulary = [...new Set<string>(exampleSentence)] as [string, ...string[]];
export const vectorOf = (index: number) => vocabulary.indexOf(exampleSentence[index] ?? "");
/** Where a word is for the last time, as it then sees most words. */
export const placeOf = (word: string) => (exampleSentence as readonly string[]).lastIndexOf(word);

export const layerSettings: Settings<LayerState> = {
  word: choiceSetting("word", vocabulary, { default: "bank" }),
  head1: choiceSetting("head1", switches, { label: "head 1" }),
  head2: choiceSetting("head2", switches, { label: "head 2" }),
  feedForward: choiceSetting("feedForward", switches, { label: "feed-forward" }),
  // To the right: water. Upwards: money. “bank” has something of both.
  embeddings: pointsSetting("embeddings", points([-0.5, -0.8], [1.6, -0.4], [0.5, -1.1], [-1.6, 0.3], [0.5, 1.1])),
};
