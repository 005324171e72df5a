/** What the figure of projections says. */
import { reading } from "../../charts/format";
import type { LayerSteps } from "../../compute/lab";
import type { Reading } from "../../figure/reading";
import { exampleSentence } from "../../model/example-sentence";
import { pointAt } from "./project-words";
import { written } from "./projection-plane";
import { placeOf } from "./projections-state";

/** What the chosen word attends to, and its output. */
export function read(steps: LayerSteps, word: string): Reading {
  const place = placeOf(word);
  const size = exampleSentence.length;
  const row = steps.weights.data.subarray(place * size, (place + 1) * size);
  const total = row.reduce((sum, weight) => sum + weight, 0);
  const best = row.indexOf(Math.max(...row));
  return {
    sentence: [
      `The query of “${word}” gives “${exampleSentence[best]}” the largest weight, `,
      reading(row[best] ?? 0),
      `, and itself `,
      reading(row[place] ?? 0),
      `. The total of its row is `,
      total.toFixed(3),
      `. Its output is (${written(pointAt(steps.output, place))}).`,
    ],
    exact: "",
  };
}
