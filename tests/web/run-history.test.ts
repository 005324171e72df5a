import { describe, expect, test } from "vitest";
import type { Checkpoint } from "../../web/src/compute/training/training-protocol";
import {
  backAt,
  checkpointAt,
  emptyHistory,
  lastStep,
  withBatch,
  withCheckpoints,
} from "../../web/src/figures/training/run-history";

const checkpoint = (step: number): Checkpoint => ({ step, evaluation: { loss: step, accuracy: 0, heads: [] } });
const batch = (step: number, loss = 1) => ({ step, loss, accuracy: 0.5 });
const stepsOf = (points: readonly { step: number }[]) => points.map(({ step }) => step);

describe("batches", () => {
  test("of an hour are a few hundred, the first and the last among them", () => {
    let history = emptyHistory;
    for (let step = 1; step <= 36_000; step++) history = withBatch(history, batch(step));
    expect(history.batches.length).toBeLessThanOrEqual(400);
    expect(history.batches.length).toBeGreaterThan(100);
    expect(history.batches[0]?.step).toBe(1);
    expect(lastStep(history)).toBe(36_000);
    const steps = stepsOf(history.batches);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  test("that are not finite are left out", () => {
    expect(withBatch(emptyHistory, batch(1, Number.NaN)).batches).toEqual([]);
  });
});

test("checkpoints of a session come after those of an earlier one, in place of what they overlap", () => {
  const earlier = withCheckpoints(emptyHistory, [0, 25, 50, 75].map(checkpoint));
  expect(stepsOf(withCheckpoints(earlier, [60, 85].map(checkpoint)).checkpoints)).toEqual([0, 25, 50, 60, 85]);
  expect(withCheckpoints(earlier, [])).toBe(earlier);
});

test("where training ran away, what came after the last good step is gone", () => {
  const history = [1, 2, 3, 4].reduce((all, step) => withBatch(all, batch(step)), emptyHistory);
  const back = backAt(withCheckpoints(history, [0, 2, 4].map(checkpoint)), 2, batch(4, 99));
  expect(stepsOf(back.batches)).toEqual([1, 2]);
  expect(stepsOf(back.checkpoints)).toEqual([0, 2]);
  expect(back.ranAway).toEqual([batch(4, 99)]);
});

test("the checkpoint of a step is the nearest, and the newest for none", () => {
  const checkpoints = [0, 25, 50].map(checkpoint);
  expect(checkpointAt(checkpoints, 30)?.step).toBe(25);
  expect(checkpointAt(checkpoints, 999)?.step).toBe(50);
  expect(checkpointAt(checkpoints, null)?.step).toBe(50);
  expect(checkpointAt([], 3)).toBeUndefined();
});
