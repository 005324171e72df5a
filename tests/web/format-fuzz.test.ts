import { expect, test } from "vitest";
import { fuzzFormats, readers } from "../fuzz/formats";

test("3,000 damaged files are read or refused", async () => {
  const { read, refused } = await fuzzFormats(3000, 1);
  expect(read + refused).toBe(3000);
  // Both happen: neither do all mutations miss what matters, nor is everything refused.
  expect(read).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(1000);
});

test.each(readers)("300 damaged files of %s alone are read or refused", async (reader) => {
  const { read, refused } = await fuzzFormats(300, 2, reader);
  expect(read + refused).toBe(300);
  expect(read).toBeGreaterThan(0);
});
