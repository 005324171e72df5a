import { beforeAll, expect, test } from "vitest";
import { type Lab, loadLab } from "../../web/src/compute/lab";
import type { Checkpoint, HeadScores } from "../../web/src/compute/training/training-protocol";
import { formationsOf, headsOf, labelValue, scoresOf } from "../../web/src/figures/training/formation";

let lab: Lab;
beforeAll(async () => {
  lab = await loadLab();
});

const nothing: HeadScores = {
  previousToken: 0.1,
  induction: 0.05,
  firstToken: 0.1,
  self: 0.12,
  meanDistance: 8,
  local: 0.2,
  entropy: 0.95,
  label: "other",
};
const checkpoint = (step: number, ...induction: number[]): Checkpoint => ({
  step,
  evaluation: { loss: 1, accuracy: 0.5, heads: [induction.map((value) => ({ ...nothing, induction: value }))] },
});

test("the rise of a score is where it passes the middle, and begins and ends a tenth from its ends", () => {
  const scores = [0.05, 0.06, 0.07, 0.3, 0.55, 0.9, 0.95];
  const steps = scores.map((_, i) => 25 * i);
  expect(lab.riseOf(steps, scores)).toEqual({ step: 100, begin: 50, end: 125, from: 0.07, to: 0.9 });
  expect(lab.riseOf([0, 10], [0.05, 0.2])).toBeNull();
  expect(lab.riseOf([], [])).toBeNull();
});

test("what cannot be the scores of steps is refused", () => {
  expect(() => lab.riseOf([0, 10], [0.5])).toThrow("there are 2 steps but 1 scores");
  expect(() => lab.riseOf([0], ["a" as unknown as number])).toThrow('scores[0] is "a"; it must be a number');
  expect(() => lab.riseOf(null as unknown as number[], [])).toThrow("steps is null; it must be an array");
});

test("heads are named in the order in which they formed", () => {
  const checkpoints = [checkpoint(0, 0.05, 0.05, 0.05), checkpoint(10, 0.06, 0.8, 0.1), checkpoint(20, 0.9, 0.9, 0.3)];
  const places = headsOf(checkpoints);
  const scores = places.map((place) => scoresOf(checkpoints, place, "induction").map(([, score]) => score));
  const rises = scores.map((each) => lab.riseOf([0, 10, 20], each));
  expect(formationsOf(places, rises).map(({ head, step }) => [head, step])).toEqual([
    [1, 10],
    [0, 20],
  ]);
  expect(scoresOf(checkpoints, { layer: 0, head: 2 }, "induction")).toEqual([
    [0, 0.05],
    [10, 0.1],
    [20, 0.3],
  ]);
});

test("a head's label has the number that speaks for it", () => {
  expect(labelValue(nothing)).toBe(0.95);
  expect(labelValue({ ...nothing, label: "induction", induction: 0.9 })).toBe(0.9);
  expect(labelValue({ ...nothing, label: "previous token" })).toBe(nothing.previousToken);
});

test("a network is evaluated with the label of each head, by the rule that the heads of any model have theirs by", () => {
  const trainer = lab.trainer({ width: 16, heads: 2, batch: 4, steps: 4, warmUp: 1, vocabulary: 8, mostPeriod: 8 });
  const heads = trainer?.evaluate().heads.flat() ?? [];
  expect(heads.length).toBeGreaterThan(1);
  for (const { label, induction, previousToken, self, firstToken, entropy, local } of heads) {
    const shares = { induction, "previous token": previousToken, self, "first token": firstToken };
    const [name = "", most = 0] = Object.entries(shares).reduce((best, each) => (each[1] > best[1] ? each : best));
    const rest = entropy >= 0.8 ? "broad" : local >= 0.5 ? "local" : "other";
    expect(label).toBe(most >= 0.5 ? name : rest);
  }
});
