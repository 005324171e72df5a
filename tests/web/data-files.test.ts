import { crc32 } from "node:zlib";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { csvParts, jsonParts, numpyParts, toNumpy } from "../../web/src/figure/export/data-files";
import { attentionData } from "../../web/src/figure/own/attention-data";
import { readNpy } from "../../web/src/formats/npy";
import { readArchive } from "../../web/src/formats/npz";
import { fromJson } from "../../web/src/formats/text/json";
import type { FigureData } from "../../web/src/model/figure-data";

const weights: FigureData = {
  name: "weights",
  values: Float32Array.of(0.25, 0.75, Number.NaN, 1, 0, 0.5),
  axes: [
    { name: "query", size: 2, labels: ["the", 'a "cat", =1+1'] },
    { name: "key", size: 3 },
  ],
};
const toCsv = (data: readonly FigureData[]) => [...csvParts(data)].join("");
const toJson = (data: readonly FigureData[]) => [...jsonParts(data)].join("");
const toBytes = async (data: readonly FigureData[]) => new Uint8Array(await toNumpy(data).bytes.arrayBuffer());
const entropy: FigureData = { name: "entropy in nats", values: [0.5, 0], axes: [{ name: "query", size: 2 }] };

describe("numbers to take away", () => {
  test("CSV: a row a number, quoted as RFC 4180 says, and no name that a spreadsheet runs", () => {
    const lines = toCsv([weights]).split("\r\n");
    expect(lines.slice(0, 4)).toEqual(["query,key,weights", "the,0,0.25", "the,1,0.75", "the,2,"]);
    expect(lines[4]).toBe('"a ""cat"", =1+1",0,1');
    const formula = { ...weights, axes: [{ name: "query", size: 6, labels: ["=cmd()", "-1", "@x", "+y", "5", ""] }] };
    const first = toCsv([formula])
      .split("\r\n")
      .slice(1, 7)
      .map((line) => line.split(",")[0]);
    expect(first).toEqual(["'=cmd()", "-1", "'@x", "'+y", "5", ""]);
  });

  test("JSON is read by our own reader, with the numbers as they were", () => {
    const text = toJson([{ ...weights, values: [1, 2, 3, 4, 5, 6] }, entropy]);
    const { tensors } = fromJson(JSON.parse(text), "file");
    expect(tensors.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ["weights", [2, 3], [1, 2, 3, 4, 5, 6]],
      ["entropy in nats", [2], [0.5, 0]],
    ]);
    expect(JSON.parse(toJson([weights])).weights.data[2]).toBeNull();
  });

  test("JSON brings the tokens of queries and keys back", () => {
    const named: FigureData = {
      name: "weights",
      values: [1, 0, 0.5, 0.5],
      axes: [
        { name: "head", size: 1, labels: ["1"] },
        { name: "query", size: 2, labels: ["a", "b"] },
        { name: "key", size: 2, labels: ["c", "d"] },
      ],
    };
    const file = fromJson(JSON.parse(toJson([named, entropy])), "file");
    expect(file.labels).toEqual({ queryTokens: ["a", "b"], keyTokens: ["c", "d"] });
    const data = attentionData(file, { roles: null, axes: null, set: "", values: "guessed", sequence: 1 }).data;
    expect([data.queryTokens, data.keyTokens]).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  test("axes that are no axes bring no tokens", () => {
    for (const axes of ["query", [null], [{ name: "query", labels: [1] }], [{ name: "head", labels: ["a"] }]])
      expect(fromJson({ w: { shape: [1, 1], data: [1], axes } }, "file").labels).toEqual({});
  });

  test("tables follow each other, with an empty line between them; one without axes is one number", () => {
    const single: FigureData = { name: "loss", values: [0.5], axes: [] };
    expect(toCsv([entropy, single])).toBe("query,entropy in nats\r\n0,0.5\r\n1,0\r\n\r\nloss\r\n0.5\r\n");
    expect(JSON.parse(toJson([entropy, single])).loss).toEqual({ shape: [], axes: [], data: [0.5] });
  });

  test("long tables come in parts, each far shorter than the longest string, and none of them is lost", () => {
    const size = 600;
    const values = Float32Array.from({ length: size * size }, (_, i) => i % 1024);
    const axes = [
      { name: "query", size },
      { name: "key", size },
    ];
    const long: FigureData = { name: "weights", values, axes };
    const parts = [...csvParts([long])];
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(4e6);
    const lines = parts.join("").split("\r\n");
    expect(lines).toHaveLength(1 + size * size + 1);
    expect(lines[1 + 599 * size + 598]).toBe(`599,598,${(599 * size + 598) % 1024}`);
    const json = [...jsonParts([long])];
    expect(Math.max(...json.map((part) => part.length))).toBeLessThan(4e6);
    expect(JSON.parse(json.join("")).weights.data.join()).toBe(values.join());
  });

  test("numbers that do not fit their axes are refused by name, in every form", () => {
    const wrong: FigureData = { name: "w", values: [1, 2, 3], axes: [{ name: "head", size: 0 }, ...entropy.axes] };
    for (const write of [toCsv, toJson, toNumpy])
      expect(() => write([wrong])).toThrow("“w” has axes of 0 × 2 places but 3 numbers");
  });

  test("NPY has a header of a multiple of 64 bytes and is read back", async () => {
    for (const item of [weights, entropy]) {
      const bytes = await toBytes([item]);
      expect((bytes.length - 4 * item.values.length) % 64).toBe(0);
      const read = await readNpy(bytes, item.name);
      expect(read).toMatchObject({ shape: item.axes.map(({ size }) => size), dtype: "<f4" });
    }
  });

  test("one array is .npy, several are .npz", async () => {
    expect(toNumpy([weights]).ending).toBe("npy");
    expect(toNumpy([weights, entropy]).ending).toBe("npz");
    const { tensors } = await readArchive(await toBytes([weights, entropy]));
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ["weights", [2, 3]],
      ["entropy-in-nats", [2]],
    ]);
    expect(tensors[0]?.data).toEqual(weights.values);
  });

  test("an archive has the checksum of every array, as what reads it compares them", async () => {
    const files = unzipSync(await toBytes([weights, entropy]));
    const archive = Buffer.from(await toBytes([weights, entropy]));
    let entry = 0;
    for (const content of Object.values(files)) {
      entry = archive.indexOf("PK\x01\x02", entry + 1, "latin1");
      expect(archive.readUInt32LE(entry + 16)).toBe(crc32(content));
      expect(archive.readUInt32LE(entry + 20)).toBe(content.length);
    }
  });

  test("numbers of long tables go into NPY and NPZ in parts, and lie where they lay: none is copied", async () => {
    const size = 3_000_000;
    const values = Float32Array.from({ length: size }, (_, i) => i % 4096);
    const long: FigureData = { name: "weights", values, axes: [{ name: "query", size }] };
    for (const data of [[long], [long, entropy]]) {
      const parts = [...numpyParts(data)];
      const own = parts.filter(({ buffer }) => buffer === values.buffer);
      expect(own.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBe(values.byteLength);
      expect(Math.max(...parts.map(({ byteLength }) => byteLength))).toBeLessThan(5e6);
    }
    const { tensors } = await readArchive(await toBytes([long, entropy]));
    // Not compared by expect, which takes long for so many.
    expect(tensors[0]?.data.length).toBe(size);
    expect(tensors[0]?.data.every((value, i) => value === values[i])).toBe(true);
  });

  test("tables whose names make one name of a file are all in the archive", async () => {
    const named = (name: string, value: number): FigureData => ({
      name,
      values: [value],
      axes: [{ name: "key", size: 1 }],
    });
    const { tensors } = await readArchive(await toBytes([named("注意", 1), named("权重", 2), named("data", 3)]));
    expect(tensors.map(({ name, data }) => [name, ...data])).toEqual([
      ["data", 1],
      ["data-2", 2],
      ["data-3", 3],
    ]);
  });
});
