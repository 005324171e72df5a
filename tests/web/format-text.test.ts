import { expect, test } from "vitest";
import { readCsv } from "../../web/src/formats/csv";
import { fromJson, readJson } from "../../web/src/formats/json";

const csv = (text: string) => readCsv(text, "table");
const json = (text: string) => readJson(text, "data");

test.each([",", ";", "\t", " "])("a table with “%s” between its numbers", (between) => {
  const text = [
    [1, 0],
    [0.25, -7.5e-1],
  ]
    .map((row) => row.join(between))
    .join("\r\n");
  expect(csv(`${text}\n\n`).tensors).toEqual([
    { name: "table", shape: [2, 2], data: Float32Array.of(1, 0, 0.25, -0.75), dtype: "text" },
  ]);
});

test("columns that are aligned by spaces", () => {
  expect(csv("  1   2\n 10  20\n").tensors[0]).toMatchObject({ shape: [2, 2], data: Float32Array.of(1, 2, 10, 20) });
});

test("a megabyte of spaces is passed once, wherever it stands", () => {
  const spaces = " ".repeat(1_000_000);
  const expected = { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
  expect(csv(`1${spaces}2\n3 4\n`).tensors[0]).toMatchObject(expected);
  expect(csv(`${spaces}1 2${spaces}\r\n3 4${spaces}`).tensors[0]).toMatchObject(expected);
  expect(csv(`${spaces}\n\n1 2\n${spaces}\n3 4`).tensors[0]).toMatchObject(expected);
  expect(csv(`1,${spaces}2\n3,4`).tensors[0]).toMatchObject(expected);
  expect(() => csv(`${spaces}\n${spaces}`)).toThrow("there is nothing in it");
  expect(() => csv(`1 2\n3${spaces}x`)).toThrow("line 2, column 2: “x” is not a number");
});

test("a table of more rows than have names is read without their names", () => {
  const table = (rows: number) => csv(Array.from({ length: rows }, (_, i) => `t${i},${i % 7}`).join("\n"));
  expect(table(100_000).labels.queryTokens?.at(-1)).toBe("t99999");
  const long = table(100_001);
  expect(long.labels.queryTokens).toBeUndefined();
  expect(long.tensors[0]?.shape).toEqual([100_001, 1]);
});

test("a first row and a first column of text are names", () => {
  expect(csv(',"a, b",<i>\nx,1,0\ny,0.5,0.5')).toMatchObject({
    tensors: [{ shape: [2, 2] }],
    labels: { keyTokens: ["a, b", "<i>"], queryTokens: ["x", "y"] },
  });
  expect(csv("a,b\n1,0").labels).toEqual({ keyTokens: ["a", "b"] });
});

test("a table that is none says which line", () => {
  expect(() => csv("1,2\n3\n")).toThrow("line 2 has 1 numbers, but the lines before it have 2");
  expect(() => csv("1,2\n3,nan\n")).toThrow("line 2, column 2: “nan” is not a number");
  expect(() => csv("a,b,c\n1,2\n")).toThrow("line 1 names 3 columns, but the lines below have 2 numbers");
  expect(() => csv("a,b\n")).toThrow("no line of it holds numbers");
  expect(() => csv(" \n")).toThrow("there is nothing in it");
});

test("nested arrays, arrays by name, shapes with data, tokens", () => {
  expect(json("[[[1, 2]], [[3, 4]]]").tensors).toEqual([
    { name: "data", shape: [2, 1, 2], data: Float32Array.of(1, 2, 3, 4), dtype: "json" },
  ]);
  const file = json(
    '{"query": {"shape": [1, 2], "data": [1, 2]}, "key": [[3, 4]], "tokens": ["<b>"], "causal": true, "note": "x"}',
  );
  expect(file.tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ["query", [1, 2]],
    ["key", [1, 2]],
  ]);
  expect(file.labels).toEqual({ tokens: ["<b>"] });
});

test("values set by script, typed arrays among them, are copied", () => {
  const data = Float32Array.of(1, 2);
  const [tensor] = fromJson({ weights: { shape: [1, 2], data } }, "data").tensors;
  data[0] = 9;
  expect(tensor?.data).toEqual(Float32Array.of(1, 2));
});

test("what is not a tensor is named with its place", () => {
  expect(() => json("[[1, 2], [3]]")).toThrow("data[1] has 1 entries, but those before it have 2");
  expect(() => json("[[1, 2], [3, null]]")).toThrow("data[1][1] is null, not a number");
  expect(() => json('{"k": [[1], 2]}')).toThrow("k[1] is 2, not an array");
  expect(() => json('{"w": {"shape": [2, 2], "data": [1, 2, 3]}}')).toThrow(
    "w of shape (2, 2) and type float32 takes 16",
  );
  expect(() => json('{"w": {"shape": [1e300], "data": []}}')).toThrow("1e+300 is no length");
  expect(() => json("[[[[[[[[[1]]]]]]]]]")).toThrow("data is nested more than 8 deep");
  expect(() => json('{"a": 1}')).toThrow("it holds no array of numbers");
});

test("numbers that JSON has not are found, but not in strings", () => {
  expect(() => json('{"tokens": ["NaN", "\\"Infinity"],\n"w": [1,\nNaN]}')).toThrow("line 3 holds NaN");
  expect(() => json("[-Infinity]")).toThrow("line 1 holds -Infinity");
  expect(() => json('{"w": [1, 2')).toThrow("it is not JSON");
});
