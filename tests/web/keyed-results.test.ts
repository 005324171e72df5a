import { expect, test, vi } from "vitest";
import { KeyedResults } from "../../web/src/figure/keyed-results";

test("a part is computed anew only when its own key changes", async () => {
  const parts = new KeyedResults();
  const compute = vi.fn(async () => compute.mock.calls.length);
  expect(await parts.get("a", { seed: 1 }, compute)).toBe(1);
  expect(await parts.get("a", { seed: 1 }, compute)).toBe(1);
  expect(await parts.get("b", { seed: 1 }, compute)).toBe(2);
  expect(await parts.get("a", { seed: 2 }, compute)).toBe(3);
  expect(await parts.get("b", { seed: 1 }, compute)).toBe(2);
  expect(await parts.get("a", { seed: 1 }, compute)).toBe(4);
});

test("a part that is still being computed is shared, one that failed is asked again", async () => {
  const parts = new KeyedResults();
  let answer = (_: number) => {};
  const pending = new Promise<number>((resolve) => {
    answer = resolve;
  });
  const both = Promise.all([parts.get("a", {}, () => pending), parts.get("a", {}, () => Promise.reject(new Error()))]);
  answer(7);
  expect(await both).toEqual([7, 7]);
  await expect(parts.get("b", {}, () => Promise.reject(new Error("no memory")))).rejects.toThrow("no memory");
  expect(await parts.get("b", {}, async () => 5)).toBe(5);
});

test("a part that fails late does not take the place of a newer one", async () => {
  const parts = new KeyedResults();
  let fail = (_: Error) => {};
  const old = parts.get("a", { seed: 1 }, () => new Promise<number>((_, reject) => (fail = reject)));
  const newer = parts.get("a", { seed: 2 }, async () => 2);
  fail(new Error("superseded"));
  await expect(old).rejects.toThrow("superseded");
  expect(await newer).toBe(2);
  expect(await parts.get("a", { seed: 2 }, async () => 3)).toBe(2);
});
