import { expect, test } from "vitest";
import { type NumberKey, notebookDefaults, numberFields } from "../../web/src/model/notebook-state";

const step = (key: NumberKey, value: number, direction: 1 | -1, state = notebookDefaults) =>
  numberFields.find((field) => field.key === key)?.step(value, direction, state);

test("temperature steps in its second digit", () => {
  expect(step("temperature", 1, 1)).toBe(1.1);
  expect(step("temperature", 1, -1)).toBe(0.99);
  expect(step("temperature", 0.5, -1)).toBe(0.49);
  expect(step("temperature", 9.9, 1)).toBe(10);
  expect(step("temperature", 10, 1)).toBe(11);
  expect(step("temperature", 10, -1)).toBe(9.9);
  expect(step("temperature", 0.1, -1)).toBe(0.099);
});

test("heads step through the divisors of the width, width through the multiples of heads", () => {
  expect(step("heads", 4, 1)).toBe(8);
  expect(step("heads", 4, -1)).toBe(2);
  expect(step("heads", 16, 1)).toBe(16);
  expect(step("heads", 1, -1)).toBe(1);
  expect(step("width", 64, 1)).toBe(68);
  expect(step("width", 66, 1)).toBe(68);
  expect(step("width", 66, -1)).toBe(64);
});
