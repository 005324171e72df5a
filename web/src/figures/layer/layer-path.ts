/** The residual stream of a word as a path of arrows, from its embedding to what leaves the layer. Pure. */
import type { Tensor } from "../../compute/heed";
import type { LayerSteps } from "../../compute/lab";
import type { Point } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";

export type PartName = "head 1" | "head 2" | "feed-forward";

export interface PathStep {
  readonly name: PartName;
  /** What is added. */
  readonly added: Point;
  readonly from: Point;
  readonly to: Point;
}

const size = exampleSentence.length;

/** Row `row` of head `head` of (1, heads, tokens, 2). */
export const pointOf = ({ data }: Tensor, row: number, head = 0): Point => {
  const at = 2 * (head * size + row);
  return { x: data[at] ?? Number.NaN, y: data[at + 1] ?? Number.NaN };
};

const plus = (a: Point, b: Point): Point => ({ x: a.x + b.x, y: a.y + b.y });

/** The vectors are the core's; they are laid end to end. */
export function pathOf(steps: LayerSteps, embedding: Point, place: number): PathStep[] {
  const afterFirst = plus(embedding, pointOf(steps.contributions, place, 0));
  const afterAttention = pointOf(steps.afterAttention, place);
  return [
    { name: "head 1", added: pointOf(steps.contributions, place, 0), from: embedding, to: afterFirst },
    { name: "head 2", added: pointOf(steps.contributions, place, 1), from: afterFirst, to: afterAttention },
    {
      name: "feed-forward",
      added: pointOf(steps.feedForward, place),
      from: afterAttention,
      to: pointOf(steps.result, place),
    },
  ];
}
