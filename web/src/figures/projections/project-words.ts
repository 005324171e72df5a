/** The words' projections and their attention, by the core. */
import type { Engine } from "../../compute/engine";
import type { Tensor } from "../../compute/heed";
import type { LayerSteps } from "../../compute/lab";
import type { Point } from "../../figure/planes/points";
import { exampleSentence } from "../../model/example-sentence";
import { type ProjectionsState, vectorOf } from "./projections-state";

const tensorOf = (rows: readonly Point[]): Tensor => ({
  data: Float32Array.from(rows.flatMap(({ x, y }) => [x, y])),
  shape: [1, 1, rows.length, 2],
});

const identity = tensorOf([
  { x: 1, y: 0 },
  { x: 0, y: 1 },
]);
/** A feed-forward layer that adds nothing. */
const nothing = {
  w1: { data: new Float32Array(2), shape: [1, 1, 2, 1] },
  b1: { data: new Float32Array(1), shape: [1, 1, 1, 1] },
  w2: { data: new Float32Array(2), shape: [1, 1, 1, 2] },
} satisfies Record<string, Tensor>;

export const embeddingsOf = ({ embeddings }: Pick<ProjectionsState, "embeddings">): Point[] =>
  exampleSentence.map((_, word) => embeddings[vectorOf(word)] as Point);

export function projectWords(
  engine: Pick<Engine, "lab">,
  state: ProjectionsState,
  signal?: AbortSignal,
): Promise<LayerSteps> {
  const request = {
    tokens: tensorOf(embeddingsOf(state)),
    wQuery: tensorOf(state.query),
    wKey: tensorOf(state.key),
    wValue: tensorOf(state.value),
    wOutput: identity,
    ...nothing,
  };
  return engine.lab("layerSteps", request, signal);
}

/** Row `index` of (1, 1, rows, 2). */
export const pointAt = ({ data }: Tensor, index: number): Point => ({
  x: data[2 * index] ?? Number.NaN,
  y: data[2 * index + 1] ?? Number.NaN,
});
