/** Tables and printed arrays as other programs write them: what the numbers of each are. */
import { describe, expect, test } from "vitest";
import { readFile } from "../../web/src/formats/read-file";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const numbersOf = async (content: string | Uint8Array<ArrayBuffer>, name = "table.csv") => {
  const file = await readFile(typeof content === "string" ? bytes(content) : content, name);
  const [{ shape, data } = { shape: [], data: [] }] = file.tensors;
  return { shape: [...shape], numbers: [...data], labels: file.labels };
};
const halves = { shape: [2, 2], numbers: [0.25, 0.75, 0.5, 0.5] };

describe("one number is written in several ways", () => {
  test.each([
    ["a comma before the decimals", ";a;b\na;0,25;0,75\nb;5e-1;,5\n"],
    ["a comma before the decimals, between tabs", "0,25\t0,75\n0,5\t0,5\n"],
    ["per cent", "25%,75.0 %\n50%,50%\n"],
    ["empty columns and lines at the end, as spreadsheets write them", "0.25,0.75,,\n0.5,0.5,,\n,,,\n"],
  ])("%s", async (_, text) => {
    expect(await numbersOf(text)).toMatchObject(halves);
  });

  test.each(["utf-16le", "utf-16be"])("in %s, with its byte order mark", async (encoding) => {
    const units = [..."\ufeff0.25,0.75\r\n0.5,0.5\r\n"].flatMap((char) => {
      const [high, low] = [char.charCodeAt(0) >> 8, char.charCodeAt(0) & 255];
      return encoding === "utf-16le" ? [low, high] : [high, low];
    });
    expect(await numbersOf(Uint8Array.from(units))).toMatchObject(halves);
  });
});

describe("what no number is", () => {
  test("a first column of numbers of rows, without a name: 0, 1 or 1, 2", async () => {
    expect(await numbersOf("0,0.25,0.75\n1,0.5,0.5\n")).toMatchObject(halves);
    expect(await numbersOf("1,0.25,0.75\n2,0.5,0.5\n")).toMatchObject(halves);
    // No square is left without it, so that it may be numbers.
    expect((await numbersOf("0,0.25\n1,0.5\n")).shape).toEqual([2, 2]);
  });

  test("an empty cell is NaN, and a column of them in a square stays", async () => {
    const { shape, numbers, labels } = await numbersOf(",a,b\na,0.5,\nb,,\n");
    expect({ shape, labels }).toEqual({ shape: [2, 2], labels: { keyTokens: ["a", "b"], queryTokens: ["a", "b"] } });
    expect(numbers).toEqual([0.5, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("a number a line, after its places", () => {
  test("query, key, weight, in any order; also numbered from 1, and beside pandas’ numbers of rows", async () => {
    expect(await numbersOf("query,key,weight\n1,1,0.5\n0,0,0.25\n0,1,0.75\n1,0,0.5\n")).toMatchObject(halves);
    expect(await numbersOf(",i,j,w\n0,1,1,0.25\n1,1,2,0.75\n2,2,1,0.5\n3,2,2,0.5\n")).toMatchObject(halves);
  });

  test("layers and heads before them; keys after the query may be left out", async () => {
    const lines = [0, 1].flatMap((layer) => [`${layer},0,0,0,1`, `${layer},0,1,0,0.25`, `${layer},0,1,1,0.75`]);
    expect(await numbersOf(["layer,head,query,key,weight", ...lines].join("\n"))).toMatchObject({
      shape: [2, 1, 2, 2],
      numbers: [1, 0, 0.25, 0.75, 1, 0, 0.25, 0.75],
    });
  });

  test("places that are there twice, or that lack some, are no map: under the names of places they are refused", async () => {
    const refused = "of which a line for each number is read, and each place once";
    await expect(async () => numbersOf("query,key,weight\n0,0,1\n0,1,0\n0,0,1\n1,1,0\n")).rejects.toThrow(refused);
    await expect(async () => numbersOf("query,key,weight\n0,0,1\n0,1,0\n1,2,1\n1,1,0\n")).rejects.toThrow(refused);
    expect((await numbersOf("a,b,c\n0,0,1\n0,1,0\n0,0,1\n1,1,0\n")).shape).toEqual([4, 3]);
  });
});

describe("arrays as Python prints them", () => {
  test.each([
    "[[0.25 0.75]\n [0.5  0.5 ]]",
    "array([[0.25, 0.75],\n       [0.5 , 0.5 ]], dtype=float32)",
    "tensor([[0.2500, 0.7500],\n        [0.5000, 0.5000]], device='cuda:0', grad_fn=<SoftmaxBackward0>)",
    "Parameter containing:\ntensor([[0.25, 0.75],\n        [0.5, 0.5]], requires_grad=True)",
    "[[0.25, 0.75], [0.5, 0.5],]",
    "[[2.5e-01 .75]\n [0.5  5.e-1]]",
  ])("%j", async (text) => {
    expect(await numbersOf(text, "printed.txt")).toMatchObject(halves);
  });

  test("NaN, infinities and more axes", async () => {
    expect(await numbersOf("[[[nan inf]\n  [-inf 1.]]]", "p.txt")).toMatchObject({
      shape: [1, 2, 2],
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
    });
  });

  test.each([
    ["[[0.1 0.2 ... 0.3]\n [0.1 0.2 ... 0.3]]", "p is a printed array that leaves numbers out (...)"],
    ["[[0.1 0.9]\n [0.5]]", "p has a row of 1 entries, but those before it have 2"],
    ["array([[0.1, x]])", "p: “x” is not a number"],
    ["[[0.1 0.9]\n [0.5 0.5]", "p ends within 1 open brackets"],
    ["[0.1 0.9] [0.5 0.5]", "p holds more than one printed array"],
    ["array([[0.1], 0.2])", "p: 0.2 stands where a row is needed"],
  ])("%j", async (text, message) => {
    await expect(async () => numbersOf(text, "p.txt")).rejects.toThrow(message);
  });
});

test.each([
  [Uint8Array.of(0xb0, 0, 0xa6, 1), "it begins with the bytes b0 00 a6 01, as no file does that can be read here"],
  [bytes(`${"model.bin".padEnd(257, " ")}ustar`), "it is a tar archive; unpack it first"],
  [bytes("RIFF\x04\x04\x04\x04WAVEfmt "), "it is a recording of sound or moving pictures"],
  [bytes('{"cells": [], "nbformat": 4}'), "it is a Jupyter notebook"],
  [bytes('{"a": [[1]]}\n{"a": [[1]]}\n'), "it holds a JSON value on each line"],
])("what is no table is called what it is: %#", async (content, message) => {
  await expect(async () => readFile(content, "x.dat")).rejects.toThrow(message);
});
