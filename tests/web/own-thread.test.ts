import { expect, it, vi } from "vitest";
import { hear, type WorkerScope } from "../../web/src/compute/workers/message-scope";
import { OwnThread } from "../../web/src/compute/workers/own-thread";

type Numbers = { values: Float32Array<ArrayBuffer> };

/** Doubles the numbers in place and gives them back. */
const doubling = (scope: WorkerScope<Numbers, Numbers>) =>
  hear(scope, ({ values }) => {
    for (const i of values.keys()) values[i] = 2 * (values[i] ?? 0);
    scope.postMessage({ values }, { transfer: [values.buffer] });
    // What was handed on is gone, as in a worker.
    if (values.length !== 0) throw new Error("the answer was not transferred");
  });

function answerOf(thread: OwnThread<Numbers, Numbers>): Promise<Numbers> {
  return new Promise((resolve) =>
    thread.addEventListener("message", (event) => {
      const { data } = event as MessageEvent;
      if (!("started" in data)) resolve(data);
    }),
  );
}

it("copies messages as a worker's are, and detaches what is transferred", async () => {
  const thread = new OwnThread<Numbers, Numbers>(async () => doubling);
  const copied = Float32Array.of(1, 2);
  thread.postMessage({ values: copied });
  expect([...(await answerOf(thread)).values]).toEqual([2, 4]);
  expect([...copied]).toEqual([1, 2]);
  const transferred = Float32Array.of(3);
  thread.postMessage({ values: transferred }, [transferred.buffer]);
  expect(transferred.length).toBe(0);
  expect([...(await answerOf(thread)).values]).toEqual([6]);
  expect(() => thread.postMessage({ values: (() => {}) as never })).toThrow(/could not be cloned/);
});

it("says nothing more once it is ended, whether its script has been loaded by then or not", async () => {
  for (const endsWhileLoading of [true, false]) {
    let load = () => {};
    const loading = new Promise<void>((resolve) => {
      load = resolve;
    });
    const script = vi.fn(doubling);
    const thread = new OwnThread<Numbers, Numbers>(async () => {
      await loading;
      return script;
    });
    const heard = vi.fn();
    for (const type of ["message", "error"]) thread.addEventListener(type, heard);
    thread.postMessage({ values: Float32Array.of(1) });
    if (!endsWhileLoading) {
      load();
      await answerOf(thread);
      heard.mockClear();
      thread.postMessage({ values: Float32Array.of(1) });
    }
    thread.terminate();
    load();
    // Another one's answer to a later question comes after whatever the first would have said.
    const later = new OwnThread<Numbers, Numbers>(async () => doubling);
    later.postMessage({ values: Float32Array.of(1) });
    await answerOf(later);
    expect(heard).not.toHaveBeenCalled();
    expect(script).toHaveBeenCalledTimes(endsWhileLoading ? 0 : 1);
  }
});
