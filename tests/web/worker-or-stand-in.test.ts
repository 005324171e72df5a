import { expect, it, vi } from "vitest";
import { OwnThread } from "../../web/src/engine/own-thread";
import type { PoolWorker } from "../../web/src/engine/pool";
import { WorkerOrStandIn } from "../../web/src/engine/worker-or-stand-in";

/** Answers each number with its double. */
const doubling = () =>
  new OwnThread<number, number>(async () => (scope) => {
    scope.addEventListener("message", ({ data }) => scope.postMessage(2 * data, { transfer: [] }));
  }) as unknown as PoolWorker;

const broken = () =>
  new OwnThread<number, number>(() => Promise.reject(new Error("not there"))) as unknown as PoolWorker;

const forbidden = () => {
  throw new DOMException("forbidden by policy", "SecurityError");
};

function answers(worker: WorkerOrStandIn<number>, count: number): Promise<number[]> {
  const heard: number[] = [];
  return new Promise((resolve) =>
    worker.addEventListener("message", (event) => {
      if (heard.push((event as MessageEvent<number>).data) === count) resolve(heard);
    }),
  );
}

it.each([
  ["an exception", forbidden],
  ["an error", broken],
])("asks the stand-in what the worker was asked, after %s", async (_, start) => {
  const worker = new WorkerOrStandIn<number>(start, doubling);
  for (const number of [1, 2, 3]) worker.postMessage(number);
  expect(await answers(worker, 3)).toEqual([2, 4, 6]);
  worker.postMessage(4);
  expect(await answers(worker, 1)).toEqual([8]);
});

it("has no need of the stand-in where the worker answers", async () => {
  const standIn = vi.fn(doubling);
  const worker = new WorkerOrStandIn<number>(doubling, standIn);
  worker.postMessage(5);
  expect(await answers(worker, 1)).toEqual([10]);
  expect(standIn).not.toHaveBeenCalled();
});

it("says so where neither can be had, once, and nothing after its end", async () => {
  const failed = vi.fn();
  const worker = new WorkerOrStandIn<number>(broken, broken);
  worker.addEventListener("error", failed);
  worker.postMessage(1);
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
  const ended = new WorkerOrStandIn<number>(broken, doubling);
  const heard = vi.fn();
  for (const type of ["message", "error"]) ended.addEventListener(type, heard);
  ended.postMessage(1);
  ended.terminate();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(heard).not.toHaveBeenCalled();
});
