import { expect, test } from "vitest";
import { readCsv } from "../../web/src/formats/text/csv";
import * as reader from "../../web/src/formats/text/json";
import { readJson } from "../../web/src/formats/text/json-file";
import { rawNumbers } from "../../web/src/formats/text/raw-numbers";

const csv = (text: string) => readCsv(text, "table");
const json = (text: string) => readJson(text, "data", rawNumbers);
const fromJson = (value: unknown, name: string) => reader.fromJson(value, name, rawNumbers);

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
  expect(() => csv("1,2\n3,x\n")).toThrow("line 2, column 2: “x” is not a number");
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
  expect(() => json('[[1, 2], [3, "4"]]')).toThrow('data[1][1] is "4", not a number');
  expect(() => json('{"k": [[1], 2]}')).toThrow("k[1] is 2, not an array");
  expect(() => json('{"w": {"shape": [2, 2], "data": [1, 2, 3]}}')).toThrow(
    "w of shape (2, 2) and type float32 takes 16",
  );
  expect(() => json('{"w": {"shape": [1e300], "data": []}}')).toThrow("1e+300 is no length");
  expect(() => json("[[[[[[[[[1]]]]]]]]]")).toThrow("data is nested more than 8 deep");
  expect(() => json('{"a": 1}')).toThrow("it holds no array of numbers");
});

test("NaN and infinity as Python, R, pandas and our own figures write them", () => {
  const file = json('{"tokens": ["NaN", "\\"Infinity"],\n"w": [[1,\nNaN, -Infinity, Infinity, null]]}');
  expect([...(file.tensors[0]?.data ?? [])]).toEqual([1, Number.NaN, -Infinity, Infinity, Number.NaN]);
  expect(file.labels.tokens).toEqual(["NaN", '"Infinity']);
  expect(() => json('{"w": [1, 2')).toThrow("it is not JSON");
  expect([...(csv("1,nan,NA\n-inf,Inf,2\n").tensors[0]?.data ?? [])]).toEqual([1, NaN, NaN, -Infinity, Infinity, 2]);
});

test.each([
  ["pandas", ",0,1,2\n0,1.0,0.0,0.0\n1,0.5,0.5,0.0\n2,0.2,0.3,0.5\n"],
  ["pandas without an index", "0,1,2\n1.0,0.0,0.0\n0.5,0.5,0.0\n0.2,0.3,0.5\n"],
  ["R's write.csv", '"","V1","V2","V3"\n"1",1,0,0\n"2",0.5,0.5,0\n"3",0.2,0.3,0.5\n'],
  ["R's write.table", '"V1" "V2" "V3"\n"1" 1 0 0\n"2" 0.5 0.5 0\n"3" 0.2 0.3 0.5\n'],
  ["NumPy's savetxt with a header", "# weights, of layer 3\n1.0e+00 0.0e+00 0.0e+00\n0.5 0.5 0\n0.2 0.3 0.5\n"],
])("numbers of rows and columns as %s writes them are no weights and no names", (_, text) => {
  const { tensors, labels } = csv(text);
  expect(tensors).toMatchObject([{ shape: [3, 3], data: Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5) }]);
  expect(labels).toEqual({});
});

test("names that pandas and R write are names, and a row of weights that begins 0, 1 is one", () => {
  expect(csv(",the,cat\n0,1,0\n1,0.5,0.5\n").labels).toEqual({ keyTokens: ["the", "cat"] });
  expect(csv('"the" "cat"\n"the" 1 0\n"cat" 0.5 0.5\n').labels).toEqual({
    keyTokens: ["the", "cat"],
    queryTokens: ["the", "cat"],
  });
  expect(csv("0,1\n1,0\n").tensors[0]).toMatchObject({ shape: [2, 2], data: Float32Array.of(0, 1, 1, 0) });
});

test("slices of a tensor of three axes, as NumPy's users save them", () => {
  const text = "# Array shape: (2, 2, 2)\n1.0e+00 0.0e+00\n5.0e-01 5.0e-01\n# New slice\n1 0\n0.25 0.75\n# New slice\n";
  expect(csv(text).tensors[0]).toMatchObject({
    shape: [2, 2, 2],
    data: Float32Array.of(1, 0, 0.5, 0.5, 1, 0, 0.25, 0.75),
  });
  expect(() => csv("1 0\n# New slice\n1 0\n0 1\n")).toThrow("slice 2 has 2 rows, but the first has 1");
});

test("bytes of a type, as base64, DataView and typed arrays", () => {
  const halves = Uint16Array.of(0x3800, 0x3400, 0x3c00, 0);
  const bytes = new Uint8Array(halves.buffer);
  const base64 = Buffer.from(bytes).toString("base64");
  const expected = { shape: [2, 2], data: Float32Array.of(0.5, 0.25, 1, 0) };
  for (const data of [base64, new DataView(bytes.buffer), bytes.buffer, bytes]) {
    expect(fromJson({ weights: { shape: [2, 2], dtype: "float16", data } }, "data").tensors[0]).toMatchObject(expected);
    expect(fromJson({ weights: data, shape: [2, 2], dtype: "float16" }, "data").tensors[0]).toMatchObject(expected);
    // Without a shape they are a square, or as many as there are tokens.
    expect(fromJson({ weights: data, dtype: "<f2" }, "data").tensors[0]?.data).toEqual(expected.data);
  }
  const float64 = Float64Array.of(0.5, 0.25, 1, 0);
  expect(fromJson({ weights: { shape: [2, 2], data: float64 } }, "data").tensors[0]).toMatchObject(expected);
  const bfloat16 = new DataView(Uint16Array.of(0x3f00, 0x3e80, 0x3f80, 0).buffer);
  expect(
    fromJson({ weights: { shape: [2, 2], data: bfloat16, dtype: "torch.bfloat16" } }, "data").tensors[0],
  ).toMatchObject(expected);
  const named = fromJson({ weights: new Float32Array(8), tokens: ["a", "b"] }, "data");
  expect(named.tensors[0]?.shape).toEqual([2, 2, 2]);
});

test("bytes that do not fit are named", () => {
  const data = (value: unknown) => () => fromJson(value, "data");
  expect(data({ weights: { shape: [2, 2], data: "?", dtype: "float16" } })).toThrow(
    "weights.data is a text that is not base64: “?”",
  );
  expect(data({ weights: new Uint8Array(3), dtype: "float16" })).toThrow(
    "weights has 3 bytes, which is no multiple of the 2",
  );
  expect(data({ weights: new Uint8Array(4), dtype: "complex64" })).toThrow("said to have the dtype “complex64”");
  expect(data({ weights: new Float32Array(4), shape: [3, 2] })).toThrow(
    "weights has 4 elements of float32, which do not make (3, 2)",
  );
  expect(data({ weights: { shape: [2], data: { a: 1 } } })).toThrow(
    "weights.data is neither an array of numbers, nor bytes",
  );
});
