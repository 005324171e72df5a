/**
 * The weights of the layer, made by hand: two heads of one component each. Head 1 attends from words of money to words of water,
 * and adds water. Head 2 attends to the words that are low in the plane, and takes away money. The feed-forward layer has four
 * hidden numbers, which make a vector that points to the right point there a little more.
 */
import type { Tensor } from "../../compute/heed";
import type { LayerRequest } from "../../compute/lab";
import type { Point } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";
import { type LayerState, vectorOf } from "./layer-state";

export const headCount = 2;

const tensor = (shape: Tensor["shape"], ...numbers: number[]): Tensor => ({ data: Float32Array.from(numbers), shape });

/** (1, heads, 2, 1): a column of two numbers for each head. */
const columns = (...numbers: number[]) => tensor([1, headCount, 2, 1], ...numbers);

/** A head that is off has rows of W^O that are 0. */
export function layerRequest(state: LayerState): LayerRequest {
  const one = state.head1 === "on" ? 1 : 0;
  const two = state.head2 === "on" ? 1 : 0;
  const more = state.feedForward === "on" ? 1 : 0;
  const rows = exampleSentence.map((_, index) => state.embeddings[vectorOf(index)] as Point);
  return {
    tokens: tensor([1, 1, rows.length, 2], ...rows.flatMap(({ x, y }) => [x, y])),
    wQuery: columns(0.3, 1.4, 0.8, 0.8),
    wKey: columns(1.4, -0.2, -0.1, -1.2),
    wValue: columns(1, 0, 0.2, 0.9),
    wOutput: tensor([1, 1, headCount, 2], 0.7 * one, 0.1 * one, -0.1 * two, 0.45 * two),
    w1: tensor([1, 1, 2, 4], 1, -1, 0.2, 0.3, 0.1, 0.2, 1, -1),
    b1: tensor([1, 1, 1, 4], -0.6, -0.6, -0.9, -0.7),
    w2: tensor(
      [1, 1, 4, 2],
      0.45 * more,
      -0.1 * more,
      -0.45 * more,
      0.1 * more,
      -0.1 * more,
      0.35 * more,
      0.1 * more,
      -0.35 * more,
    ),
    causal: true,
  };
}
