import { expect, test, vi } from "vitest";
import { storedRun } from "../../web/src/figures/training/stored-run";

/** What is kept, as IndexedDB gives it back. */
function keep(result: unknown) {
  const done = <Target extends object>(target: Target, event: string) => {
    queueMicrotask(() => (Reflect.get(target, event) as () => void)());
    return target;
  };
  const objectStore = () => ({ get: () => ({ result }) });
  const database = { transaction: () => done({ objectStore, oncomplete: () => {} }, "oncomplete"), close: () => {} };
  vi.stubGlobal("indexedDB", { open: () => done({ result: database, onsuccess: () => {} }, "onsuccess") });
}

const run = (checkpoints: unknown) => ({
  bytes: new Uint8Array(1),
  step: 10,
  state: { task: "induction" },
  history: { checkpoints, batches: [] },
});

test("a run that was kept in this form is read", async () => {
  const kept = run([{ step: 0, evaluation: { heads: [[{ label: "local" }]] } }]);
  keep(kept);
  expect(await storedRun.read()).toBe(kept);
});

test.each([
  ["no evaluation", [{ step: 0 }]],
  ["no heads", [{ step: 0, evaluation: {} }]],
  ["heads that are none", [{ step: 0, evaluation: { heads: [[null]] } }]],
  ["heads without labels", [{ step: 0, evaluation: { heads: [[{}]] } }]],
  ["nothing in place of a checkpoint", [null]],
])("a run that was kept in another form is none: %s", async (_, checkpoints) => {
  keep(run(checkpoints));
  expect(await storedRun.read()).toBeNull();
});
