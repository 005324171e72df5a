/** Tables as pandas, NumPy and R write and print them: which number stands where, and what is refused. */
import { describe, expect, test } from "vitest";
import { readFile } from "../../web/src/formats/read-file";

const read = (text: string, name = "table.txt") =>
  readFile(new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>, name);
/** Shape, numbers and names of the one tensor that a text holds. */
async function tableOf(text: string) {
  const { tensors, labels } = await read(text);
  const [tensor] = tensors;
  expect(tensors.length).toBe(1);
  return {
    shape: tensor?.shape,
    numbers: Array.from(tensor?.data ?? [], (value) => Number(value.toPrecision(6))),
    labels,
  };
}
const matrix = { shape: [3, 3], numbers: [1, 0, 0, 0.25, 0.75, 0, 0.5, 0.125, 0.375] };
const named = (names: string[], rows = names) => ({ ...matrix, labels: { keyTokens: names, queryTokens: rows } });
const plain = { ...matrix, labels: {} };

describe("DataFrame.to_string, and print(frame)", () => {
  test.each<[string, string, object]>([
    ["numbered", "      0      1      2\n0  1.00  0.000  0.000\n1  0.25  0.750  0.000\n2  0.50  0.125  0.375", plain],
    [
      "tokens",
      "      The    cat      .\nThe  1.00  0.000  0.000\ncat  0.25  0.750  0.000\n.    0.50  0.125  0.375",
      named(["The", "cat", "."]),
    ],
    [
      "a comma among the tokens",
      "       a      ,      ;\na   1.00  0.000  0.000\n,   0.25  0.750  0.000\n;   0.50  0.125  0.375",
      named(["a", ",", ";"]),
    ],
    [
      "numbers among the tokens",
      "        In  2026      7\nIn    1.00  0.000  0.000\n2026  0.25  0.750  0.000\n7     0.50  0.125  0.375",
      named(["In", "2026", "7"]),
    ],
    [
      "names of both axes",
      "key       a      b      c\nquery\na      1.00  0.000  0.000\nb      0.25  0.750  0.000\nc      0.50  0.125  0.375",
      named(["a", "b", "c"]),
    ],
    [
      "broken into parts",
      "      a      b  \\\na  1.00  0.000   \nb  0.25  0.750   \nc  0.50  0.125   \n\n       c  \na  0.000  \nb  0.000  \nc  0.375  ",
      named(["a", "b", "c"]),
    ],
    [
      "numbered and broken into parts",
      "      0      1  \\\n0  1.00  0.000   \n1  0.25  0.750   \n2  0.50  0.125   \n\n       2  \n0  0.000  \n1  0.000  \n2  0.375  ",
      plain,
    ],
  ])("%s", async (_, text, expected) => expect(await tableOf(text)).toEqual(expected));

  test.each(["...", "…"])("what leaves numbers out (%s) is refused", async (dots) => {
    const text = `      0   1  ${dots}   9\n0   1.0 0.0  ${dots} 0.0\n..  ...  ...  ...  ...\n9   0.1 0.1  ${dots} 0.1\n\n[10 rows x 10 columns]`;
    await expect(async () => read(text)).rejects.toThrow(/leaves numbers out .*to_csv/);
  });
});

describe("DataFrame.to_json, each orient", () => {
  const rows = { a: { a: 1, b: 0, c: 0 }, b: { a: 0.25, b: 0.75, c: 0 }, c: { a: 0.5, b: 0.125, c: 0.375 } };
  const columns = { a: { a: 1, b: 0.25, c: 0.5 }, b: { a: 0, b: 0.75, c: 0.125 }, c: { a: 0, b: 0, c: 0.375 } };
  const records = Object.values(rows);
  const schema = { fields: ["index", "a", "b", "c"].map((name) => ({ name })), primaryKey: ["index"] };
  test.each<[string, string, object]>([
    ["columns", JSON.stringify(columns), named(["a", "b", "c"])],
    ["index", JSON.stringify(rows), named(["a", "b", "c"])],
    ["records", JSON.stringify(records), { ...matrix, labels: { keyTokens: ["a", "b", "c"] } }],
    [
      "records, a line each",
      records.map((row) => JSON.stringify(row)).join("\n"),
      { ...matrix, labels: { keyTokens: ["a", "b", "c"] } },
    ],
    [
      "table",
      JSON.stringify({ schema, data: Object.entries(rows).map(([index, row]) => ({ index, ...row })) }),
      named(["a", "b", "c"]),
    ],
    ["records, numbered", '[{"0":1,"1":0,"2":0},{"0":0.25,"1":0.75,"2":0},{"0":0.5,"1":0.125,"2":0.375}]', plain],
    [
      "columns, numbered",
      '{"0":{"0":1,"1":0.25,"2":0.5},"1":{"0":0,"1":0.75,"2":0.125},"2":{"0":0,"1":0,"2":0.375}}',
      plain,
    ],
    ["values", "[[1,0,0],[0.25,0.75,0],[0.5,0.125,0.375]]", plain],
  ])("%s", async (_, text, expected) => expect(await tableOf(text)).toEqual(expected));

  test("which of columns and index it is, is said", async () => {
    expect((await read(JSON.stringify(columns))).notes).toEqual([
      "each inner object is read as a column (orient='columns')",
    ]);
    expect((await read(JSON.stringify(rows))).notes).toEqual(["each inner object is read as a row (orient='index')"]);
  });

  test("numbers among tokens, whose place objects lose, and a column that is there twice are refused", async () => {
    await expect(async () => read('[{"2026":0.5,"In":0.5},{"2026":0.5,"In":0.5}]')).rejects.toThrow(
      "“2026” is the name of a token",
    );
    const twice = { fields: ["index", "the", "the"].map((name) => ({ name })), primaryKey: ["index"] };
    await expect(async () => read(JSON.stringify({ schema: twice, data: [{ index: "the", the: 1 }] }))).rejects.toThrow(
      "two of its columns are called “the”",
    );
    await expect(async () => read('[{"a":1,"b":0},{"a":0.5}]')).rejects.toThrow(
      "record 2 has the names a, but the first has a, b",
    );
  });
});

describe("to_csv", () => {
  test.each<[string, string, object]>([
    ["tokens that are numbers", ",7,2,19\n7,1,0,0\n2,0.25,0.75,0\n19,0.5,0.125,0.375", named(["7", "2", "19"])],
    [
      "tokens that are numbers, without index",
      "7,2,19\n1,0,0\n0.25,0.75,0\n0.5,0.125,0.375",
      { ...matrix, labels: { keyTokens: ["7", "2", "19"] } },
    ],
    ["a token nan", ",nan,a,b\nnan,1,0,0\na,0.25,0.75,0\nb,0.5,0.125,0.375", named(["nan", "a", "b"])],
    ["an index with a name", "token,0,1,2\n0,1,0,0\n1,0.25,0.75,0\n2,0.5,0.125,0.375", plain],
    [
      "an index with a name, and tokens",
      "query,a,b,c\n0,1,0,0\n1,0.25,0.75,0\n2,0.5,0.125,0.375",
      { ...matrix, labels: { keyTokens: ["a", "b", "c"] } },
    ],
    [
      "one number a line, by tokens",
      "query,key,weight\na,a,1\na,b,0\na,c,0\nb,a,0.25\nb,b,0.75\nb,c,0\nc,a,0.5\nc,b,0.125\nc,c,0.375",
      named(["a", "b", "c"]),
    ],
    ["a title above", "attention of head 3\n1,0,0\n0.25,0.75,0\n0.5,0.125,0.375", plain],
  ])("%s", async (_, text, expected) => expect(await tableOf(text)).toEqual(expected));

  test("a token that stands twice in one number a line is refused", async () => {
    const lines = ["the,the,1", "the,cat,0", "cat,the,0.5", "cat,cat,0.5", "the,the,0.5", "the,cat,0.5"];
    await expect(async () => read(`query,key,weight\n${lines.join("\n")}`)).rejects.toThrow(
      /of which a line for each number is read/,
    );
    // A frame with an index of several levels.
    await expect(async () => read("layer,head,query,0,1\n0,0,0,1,0\n0,0,1,0.5,0.5")).rejects.toThrow(
      /its columns are layer, head, query …/,
    );
    await expect(async () => read("layer,query,key,,0,1\n0,1\n")).rejects.toThrow(
      "line 1 names 6 columns, but the lines below have 2 numbers",
    );
  });
});

describe("arrays as Python prints them", () => {
  test("a tuple, a list, a name and TensorFlow's form", async () => {
    const array = "array([[1.  , 0.  ],\n       [0.25, 0.75]], dtype=float32)";
    const shapes = async (text: string) => (await read(text)).tensors.map(({ shape }) => shape);
    for (const text of [
      `(${array}, ${array})`,
      `[${array},\n ${array}]`,
      "(tensor([[1., 0.]], grad_fn=<X>), tensor([[1., 0.]]),)",
    ])
      expect((await shapes(text)).length).toBe(2);
    expect((await read(`[${array}, ${array}]`)).tensors.map(({ name }) => name)).toEqual(["table.0", "table.1"]);
    for (const text of [`attn = ${array}`, `<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\n${array}>`, `[${array}]`])
      expect(await shapes(text)).toEqual([[2, 2]]);
  });

  test.each(["...", "…"])("numbers that are left out (%s) are missed", async (dots) => {
    await expect(async () => read(`[[1. 0. ${dots} 0.]\n [0.1 0.1 ${dots} 0.1]]`)).rejects.toThrow(
      `leaves numbers out (${dots})`,
    );
  });
});

describe("R", () => {
  test.each<[string, string, object]>([
    [
      "print(matrix)",
      "     [,1]  [,2]  [,3]\n[1,] 1.00 0.000 0.000\n[2,] 0.25 0.750 0.000\n[3,] 0.50 0.125 0.375\n",
      plain,
    ],
    [
      "print, with names",
      "     the   cat   sat\nthe 1.00 0.000 0.000\ncat 0.25 0.750 0.000\nsat 0.50 0.125 0.375\n",
      named(["the", "cat", "sat"]),
    ],
    [
      "print, broken into parts",
      "     [,1]  [,2]\n[1,] 1.00 0.000\n[2,] 0.25 0.750\n[3,] 0.50 0.125\n      [,3]\n[1,] 0.000\n[2,] 0.000\n[3,] 0.375\n",
      plain,
    ],
    [
      "print, with names and broken",
      "     the   cat\nthe 1.00 0.000\ncat 0.25 0.750\nsat 0.50 0.125\n      sat\nthe 0.000\ncat 0.000\nsat 0.375\n",
      named(["the", "cat", "sat"]),
    ],
    ["write.csv", '"","V1","V2","V3"\n"1",1,0,0\n"2",0.25,0.75,0\n"3",0.5,0.125,0.375\n', plain],
    ["write.csv2", '"";"a";"b";"c"\n"a";1;0;0\n"b";0,25;0,75;0\n"c";0,5;0,125;0,375\n', named(["a", "b", "c"])],
    ["write.table", '"V1" "V2" "V3"\n"1" 1 0 0\n"2" 0.25 0.75 0\n"3" 0.5 0.125 0.375\n', plain],
    [
      "write.table, with names",
      '"New York" "," "b"\n"New York" 1 0 0\n"," 0.25 0.75 0\n"b" 0.5 0.125 0.375\n',
      named(["New York", ",", "b"]),
    ],
  ])("%s", async (_, text, expected) => expect(await tableOf(text)).toEqual(expected));

  test("an array is a matrix for each place of its last axis", async () => {
    const text =
      ", , 1\n\n     [,1] [,2]\n[1,]  1.0  0.0\n[2,]  0.5  0.5\n\n, , 2\n\n     [,1] [,2]\n[1,]  0.4  0.6\n[2,]  0.3  0.7\n\n";
    expect(await tableOf(text)).toEqual({
      shape: [2, 2, 2],
      numbers: [1, 0, 0.5, 0.5, 0.4, 0.6, 0.3, 0.7],
      labels: {},
    });
  });

  test("what is cut off, and parts that do not fit, are refused", async () => {
    const cut = '     [,1] [,2]\n[1,]  0.5  0.5\n [ reached getOption("max.print") -- omitted 3 rows ]\n';
    await expect(async () => read(cut)).rejects.toThrow("leaves rows out (max.print)");
    const parts = "     [,1]\n[1,]  0.5\n[2,]  0.5\n     [,2]\n[1,]  0.5\n";
    await expect(async () => read(parts)).rejects.toThrow(/rows, but|numbers, but/);
  });
});
