import { expect, test } from "vitest";
import { parseNumber } from "../../web/src/model/fields";
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

test("numbers in every form that a reader writes, and none of others", () => {
  const field = { key: "temperature", min: -1000, max: 1000, whole: false };
  const numberOf = (text: string) => {
    const parsed = parseNumber(field, text);
    return "value" in parsed ? parsed.value : undefined;
  };
  expect(["1", "+1.", " 1.5 ", "-.5", "1e2", "1.e-1", "2.5E+1"].map(numberOf)).toEqual([1, 1, 1.5, -0.5, 100, 0.1, 25]);
  expect(["", ".", "e1", "1e", "1.2.3", "0x10", "Infinity", "1 2", "--1"].map(numberOf)).toEqual(
    Array.from({ length: 9 }, () => undefined),
  );
});

test("a million digits and a letter, as a link may hold them, are passed once", () => {
  const field = { key: "layer", min: 1, max: 12, whole: true };
  for (const digits of ["1".repeat(1_000_000), `1.${"1".repeat(1_000_000)}`, `1e${"1".repeat(1_000_000)}`])
    expect(parseNumber(field, `${digits}x`)).toEqual({
      problem: `layer is a whole number from 1 to 12, not “${digits.slice(0, 40)}…”`,
    });
});
