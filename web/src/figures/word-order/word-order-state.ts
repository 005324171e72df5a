/** What the figure of word order shows: the example sentence in some order, and how attention is told where its words are. */
import { exampleSentence } from "../../model/example-sentence";
import { type Parsed, quote } from "../../model/fields";
import { choiceSetting, numberSetting, type Setting, type Settings } from "../../model/settings";

export const positions = ["none", "sinusoids", "rotary", "relative bias"] as const;

export interface WordOrderState {
  readonly positions: (typeof positions)[number];
  /** Which word is at each position. */
  readonly order: readonly number[];
  readonly seed: number;
}

export const originalOrder = exampleSentence.map((_, i) => i);

const orderSetting: Setting<readonly number[]> = {
  default: originalOrder,
  parse: parseOrder,
  format: (order) => order.join(),
};

function parseOrder(text: string): Parsed<readonly number[]> {
  const order = text.split(",").map((part) => (/^\d$/.test(part.trim()) ? Number(part) : -1));
  if ([...order].sort().join() === originalOrder.join()) return { value: order };
  return { problem: `order is the numbers from 0 to ${originalOrder.length - 1}, each once, not “${quote(text)}”` };
}

export const wordOrderSettings: Settings<WordOrderState> = {
  positions: choiceSetting("positions", positions),
  order: orderSetting,
  seed: numberSetting("seed", { default: 1, min: 0, max: 4294967295 }),
};

/** With the word at a position and its right neighbour exchanged. */
export const swapped = (order: readonly number[], at: number): number[] =>
  order.map((word, i) => (i === at ? order[at + 1] : i === at + 1 ? order[at] : word) as number);

/** Another order, each as likely (R. Durstenfeld, "Algorithm 235: Random permutation", 1964). */
export function shuffled(order: readonly number[], random = Math.random): number[] {
  const next = [...order];
  for (let i = next.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [next[i], next[j]] = [next[j] as number, next[i] as number];
  }
  return next.join() === order.join() ? swapped(order, 0) : next;
}
