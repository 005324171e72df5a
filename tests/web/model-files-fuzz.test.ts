import { expect, test } from "vitest";
import { fuzzModelFiles } from "../fuzz/model-files";

test("2,000 damaged files of models are read or refused", async () => {
  const { read, refused } = await fuzzModelFiles(2000, 1);
  expect(read + refused).toBe(2000);
  // Both happen: neither do all mutations miss what matters, nor is everything refused.
  expect(read).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(500);
});
