import { describe, expect, test } from "vitest";
import {
  differenceOf,
  isSameRun,
  optionsOf,
  stateOf,
  trainingSettings,
} from "../../web/src/figures/training/training-state";
import { defaultsOf } from "../../web/src/model/settings";

const state = defaultsOf(trainingSettings);

test("the learning rate goes along a scale of 1, 2, 3 and 5, and stops at its ends", () => {
  const { step } = trainingSettings.rate.number ?? {};
  expect([0.003, 0.005, 0.0042, 1].map((rate) => step?.(rate, 1))).toEqual([0.005, 0.01, 0.005, 2]);
  expect([0.003, 0.01, 0.0001].map((rate) => step?.(rate, -1))).toEqual([0.002, 0.005, 0.0001]);
});

test("a state and the options of a run stand for each other", () => {
  const other = { ...state, task: "sort", layers: 3, width: 32, feedforward: "gelu", rate: 0.01, seed: 7 } as const;
  expect(stateOf(optionsOf(other), state)).toEqual({ ...other, example: state.example });
  expect(stateOf({}, other)).toEqual(other);
});

test("which sequence is looked at, and how fast it learns, is no other run", () => {
  expect(isSameRun(state, { ...state, example: 9, rate: 0.1 })).toBe(true);
  for (const change of [{ task: "copy" }, { layers: 1 }, { heads: 2 }, { width: 32 }, { seed: 2 }] as const)
    expect(isSameRun(state, { ...state, ...change })).toBe(false);
});

describe("a run before is named by how it differs", () => {
  test.each([
    [{ layers: 1 }, "1 layer"],
    [{ heads: 2 }, "2 heads"],
    [{ width: 32 }, "width 32"],
    [{ feedforward: "gelu" }, "gelu"],
    [{ rate: 0.01 }, "rate 0.01"],
    [{ seed: 5 }, "seed 5"],
    [{}, "before"],
    [{ task: "copy" }, null],
  ] as const)("%o: %s", (change, name) => {
    expect(differenceOf({ ...state, ...change }, state)).toBe(name);
  });
});
