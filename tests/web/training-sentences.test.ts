import { describe, expect, test } from "vitest";
import type { HeadMap } from "../../web/src/compute/maps/notebook-maps";
import type { ModelInfo } from "../../web/src/compute/training/training-protocol";
import { emptyHistory } from "../../web/src/figures/training/run-history";
import {
  formationInWords,
  keptInWords,
  readTraining,
  storyOf,
  summaryOf,
} from "../../web/src/figures/training/training-sentences";
import { trainingSettings } from "../../web/src/figures/training/training-state";
import { defaultsOf } from "../../web/src/model/settings";

const formation = { layer: 1, head: 0, step: 120, begin: 90, end: 140, from: 0.081, to: 0.912 };
const info = { floor: 0, ceiling: 1, guessing: 3.47, options: { steps: 400 } } as unknown as ModelInfo;

describe("what has happened", () => {
  test("names head, step and rise from the numbers", () => {
    expect(formationInWords(formation, "an induction head")).toBe(
      "Head 2.1 became an induction head at step 120: from 0.08 to 0.91 in 50 steps.",
    );
  });

  test("is told in the order in which it happened, and nothing is made up before", () => {
    const situation = { info, step: 200, loss: 0.01, accuracy: 0.99, induction: formation, previous: undefined };
    expect(storyOf({ ...situation, step: 0 })).toContain("nothing has been learnt yet");
    expect(storyOf({ ...situation, induction: undefined })).toBe(
      "Accuracy is 99.0 % of at most 100 %; no head gives half of its weight to one kind of token yet.",
    );
    expect(storyOf({ ...situation, loss: 3.46, induction: undefined })).toContain("no better than guessing");
    const earlier = { ...formation, layer: 0, step: 100 };
    expect(storyOf({ ...situation, previous: earlier })).toMatch(/1\.1.*previous-token.*2\.1.*induction/);
    expect(storyOf({ ...situation, previous: { ...earlier, step: 300 } })).toMatch(
      /2\.1.*induction.*1\.1.*previous-token/,
    );
    expect(summaryOf(situation)).toMatch(/^Step 200: loss 0\.010 .*accuracy 99\.0 %/);
  });
});

describe("the reading of a place", () => {
  const tokens = [3, 5, 3, 5];
  const map = {
    queries: 4,
    keys: 4,
    weights: Float32Array.from([1, 0, 0, 0, 0.5, 0.5, 0, 0, 0.05, 0.9, 0.05, 0, 0.1, 0.1, 0.7, 0.1]),
    entropy: new Float32Array(4),
    visibleKeys: Float32Array.from([1, 2, 3, 4]),
  } as unknown as HeadMap;
  const vocabulary = ["a", "b", "c", "d", "e", "f"];
  const probabilities = new Float32Array(4 * 6).fill(0.02);
  probabilities[2 * 6 + 5] = 0.95;
  const inspection = { step: 0, tokens, maps: [[map]], probabilities, predictions: [0, 0, 5, 1] };
  const example = { tokens, targets: [-1, -1, 5, 3] };
  const read = (query: number, key: number | null) =>
    readTraining(
      { inspection, example, vocabulary, head: { layer: 0, head: 0 }, scores: undefined, isOff: false },
      { query, key, map: 0 },
    )?.sentence.join("");

  test("says the weight, why it may be, and whether the right token is predicted", () => {
    expect(read(2, 1)).toBe(
      "Query 2 “d” gives key 1 “f” a weight of 0.900, 2.7 times an equal share, which follows an earlier copy of the query. “f” is the prediction for the next token, and it is right. Its probability is 0.950.",
    );
  });

  test("names what would have been right", () => {
    expect(read(3, 2)).toContain(
      "“b” is the prediction for the next token, but the next token is “d”, whose probability is 0.020.",
    );
  });

  test("says what is masked and what is not predicted", () => {
    expect(read(0, 3)).toContain("masked");
    expect(read(0, 0)).toContain("not predicted");
    expect(read(9, 0)).toBeUndefined();
  });
});

test("a run that was kept says what it is and how old", () => {
  const kept = { state: defaultsOf(trainingSettings), history: emptyHistory, step: 350, bytes: new Uint8Array() };
  expect(keptInWords({ ...kept, time: 0 }, 5 * 60_000)).toBe(
    "induction, 2 layers of 4 heads, step 350, kept 5 minutes ago",
  );
  expect(keptInWords({ ...kept, time: 0 }, 1000)).toContain("a moment ago");
  expect(keptInWords({ ...kept, time: 0 }, 3 * 86_400_000)).toContain("3 days ago");
});
