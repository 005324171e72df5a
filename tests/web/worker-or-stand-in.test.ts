import { expect, it, vi } from "vitest";
import type { PoolWorker } from "../../web/src/compute/workers/liveness";
import { hear } from "../../web/src/compute/workers/message-scope";
import { OwnThread } from "../../web/src/compute/workers/own-thread";
import { WorkerOrStandIn } from "../../web/src/compute/workers/worker-or-stand-in";

/** Answers each number with its double. */
const doubling = () =>
  new OwnThread<number, number>(async () => (scope) => {
    hear(scope, (number) => scope.postMessage(2 * number, { transfer: [] }));
  }) as unknown as PoolWorker;

const broken = () =>
  new OwnThread<number, number>(() => Promise.reject(new Error("not there"))) as unknown as PoolWorker;

const forbidden = () => {
  throw new DOMException("forbidden by policy", "SecurityError");
};

/** Starts, and then fails at its first question as `event` says. */
const failing = (event: Event) => () => {
  const worker: EventTarget = new OwnThread<number, number>(async () => (scope) => {
    hear(scope, () => worker.dispatchEvent(event));
  });
  return worker as unknown as PoolWorker;
};

function answers(worker: WorkerOrStandIn<number>, count: number): Promise<number[]> {
  const heard: number[] = [];
  return new Promise((resolve) =>
    worker.addEventListener("message", (event) => {
      if (heard.push((event as MessageEvent<number>).data) === count) resolve(heard);
    }),
  );
}

const failureOf = (worker: WorkerOrStandIn<number>) =>
  new Promise<string>((resolve) =>
    worker.addEventListener("error", (event) => resolve((event as ErrorEvent).message), { once: true }),
  );

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

it.each([
  ["out of memory", Object.assign(new Event("error", { cancelable: true }), { message: "out of memory" })],
  ["its answer could not be read", new MessageEvent("messageerror")],
])("leaves to the reader what a worker that had started stopped at: %s", async (why, event) => {
  const standIn = vi.fn(doubling);
  const worker = new WorkerOrStandIn<number>(failing(event), standIn);
  worker.postMessage(1);
  expect(await failureOf(worker)).toBe(why);
  expect(standIn).not.toHaveBeenCalled();
});

it("says so where neither can be had, once, and nothing after its end", async () => {
  const failed = vi.fn();
  const worker = new WorkerOrStandIn<number>(broken, broken);
  worker.addEventListener("error", failed);
  worker.postMessage(1);
  await failureOf(worker);
  expect(failed).toHaveBeenCalledOnce();

  const standIn = vi.fn(doubling);
  const ended = new WorkerOrStandIn<number>(broken, standIn);
  const heard = vi.fn();
  for (const type of ["message", "error"]) ended.addEventListener(type, heard);
  ended.postMessage(1);
  ended.terminate();
  // What fails alike, and was asked later, has failed by now.
  const other = new WorkerOrStandIn<number>(broken, broken);
  other.postMessage(1);
  await failureOf(other);
  expect(heard).not.toHaveBeenCalled();
  expect(standIn).not.toHaveBeenCalled();
});
