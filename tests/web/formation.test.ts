import { describe, expect, test } from "vitest";
import type { Checkpoint, HeadScores } from "../../web/src/engine/training-protocol";
import { formationsOf, jumpOf, roleOf, scoresOf } from "../../web/src/state/formation";

const nothing: HeadScores = {
  previousToken: 0.1,
  induction: 0.05,
  firstToken: 0.1,
  self: 0.12,
  meanDistance: 8,
  local: 0.2,
  entropy: 0.95,
};
const checkpoint = (step: number, ...induction: number[]): Checkpoint => ({
  step,
  evaluation: { loss: 1, accuracy: 0.5, heads: [induction.map((value) => ({ ...nothing, induction: value }))] },
});

describe("the jump of a score", () => {
  test("is where it passes the middle of its rise, and begins and ends a tenth from its ends", () => {
    const points = [0.06, 0.05, 0.07, 0.3, 0.8, 0.9, 0.93].map((value, i) => [25 * i, value] as const);
    expect(jumpOf(points)).toEqual({ step: 100, begin: 50, end: 125, from: 0.07, to: 0.9 });
  });

  test("is measured from the lowest before the rise, not after it", () => {
    const points = [0.2, 0.04, 0.9, 0.01].map((value, i) => [i, value] as const);
    expect(jumpOf(points)).toEqual({ step: 2, begin: 1, end: 2, from: 0.04, to: 0.9 });
  });

  test("is none where the score stays below a half, was never low, or there is nothing", () => {
    expect(jumpOf([])).toBeNull();
    expect(jumpOf([[0, 0.05]])).toBeNull();
    expect(jumpOf([0.05, 0.2, 0.45].map((value, i) => [i, value] as const))).toBeNull();
    expect(jumpOf([0.45, 0.5, 0.6].map((value, i) => [i, value] as const))).toBeNull();
  });

  test("of a rise that is still going on reaches to what has come so far", () => {
    expect(jumpOf([0.05, 0.1, 0.55].map((value, i) => [10 * i, value] as const))).toEqual({
      step: 20,
      begin: 10,
      end: 20,
      from: 0.1,
      to: 0.55,
    });
  });
});

test("heads are named in the order in which they formed", () => {
  const checkpoints = [checkpoint(0, 0.05, 0.05, 0.05), checkpoint(10, 0.06, 0.8, 0.1), checkpoint(20, 0.9, 0.9, 0.3)];
  expect(formationsOf(checkpoints, "induction").map(({ head, step }) => [head, step])).toEqual([
    [1, 10],
    [0, 20],
  ]);
  expect(scoresOf(checkpoints, { layer: 0, head: 2 }, "induction")).toEqual([
    [0, 0.05],
    [10, 0.1],
    [20, 0.3],
  ]);
});

test("a head's role is what it gives most attention to, if that is a third of it", () => {
  expect(roleOf(nothing)).toEqual({ name: "spread", value: 0.95 });
  expect(roleOf({ ...nothing, induction: 0.9, previousToken: 0.4 })).toEqual({ name: "induction", value: 0.9 });
  expect(roleOf({ ...nothing, previousToken: 0.5 })).toEqual({ name: "previous", value: 0.5 });
});
