import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inSlices } from "../../web/src/charts/motion";

let now = 0;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Work of `steps` steps of 3 ms each; counts those done. */
function work(steps: number) {
  const done = { steps: 0 };
  const step = () => {
    now += 3;
    return ++done.steps < steps;
  };
  return { done, step };
}

test("what fits into a slice is done at once", () => {
  const { done, step } = work(1);
  inSlices(step);
  expect(done.steps).toBe(1);
  vi.runAllTimers();
  expect(done.steps).toBe(1);
});

test("what is begun in one turn shares a slice, and the page is given way to in between", () => {
  const first = work(10);
  const second = work(2);
  inSlices(first.step);
  inSlices(second.step);
  expect([first.done.steps, second.done.steps]).toEqual([3, 0]);
  vi.advanceTimersToNextTimer();
  expect([first.done.steps, second.done.steps]).toEqual([6, 0]);
  vi.runAllTimers();
  expect([first.done.steps, second.done.steps]).toEqual([10, 2]);
});

test("work that is stopped is left where it is", () => {
  const { done, step } = work(10);
  const stop = inSlices(step);
  stop();
  vi.runAllTimers();
  expect(done.steps).toBe(3);
});

test("a step that throws is reported, and holds up neither what waits beside it nor what begins it", () => {
  const report = vi.fn();
  vi.stubGlobal("reportError", report);
  const before = work(10);
  inSlices(before.step);
  const failed = vi.fn((): boolean => {
    now += 3;
    throw new Error("no canvas");
  });
  inSlices(failed);
  const after = work(10);
  inSlices(after.step);
  vi.runAllTimers();
  expect([before.done.steps, after.done.steps]).toEqual([10, 10]);
  expect(failed).toHaveBeenCalledOnce();
  expect(report.mock.calls.map(String)).toEqual(["Error: no canvas"]);
  vi.unstubAllGlobals();
});
