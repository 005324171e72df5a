/** What the figure of word order says. */
import { reading, signed } from "../../charts/format";
import type { WordOrder } from "../../compute/lab";
import type { Reading } from "../../figure/reading";
import { exampleSentence } from "../../model/example-sentence";
import type { WordOrderState } from "./word-order-state";

const size = exampleSentence.length;

export const wordAt = ({ order }: WordOrderState, at: number) => exampleSentence[order[at] ?? 0] ?? "";

/** What one query does with one key. */
export function read(result: WordOrder, state: WordOrderState, query: number, key: number): Reading {
  const at = query * size + key;
  const added = result.effect.data[at] ?? 0;
  return {
    sentence: [
      `“${wordAt(state, query)}” at position ${query} gives “${wordAt(state, key)}” at position ${key} a weight of `,
      reading(result.weights.data[at] ?? 0),
      state.positions === "none" ? ". Its logit is " : ". Positions change its logit by ",
      state.positions === "none" ? signed(result.logits.data[at] ?? 0, 2) : signed(added, 2),
      ".",
    ],
    exact: "",
  };
}
