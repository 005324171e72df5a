/** Files of numbers that are made to do harm, or are odd: what each costs is bounded, and what is wrong is said. */
import { zipSync } from "fflate";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readFile } from "../../web/src/formats/read-file";
import { readRecording } from "../../web/src/formats/recording/read-recording";
import { readSafetensors } from "../../web/src/formats/safetensors";
import { FormatError } from "../../web/src/formats/tensor";
import { readCsv } from "../../web/src/formats/text/csv";
import { fromJson } from "../../web/src/formats/text/json";
import { readJson } from "../../web/src/formats/text/json-file";
import { typeNamed } from "../../web/src/formats/text/raw-numbers";
import { readNumber } from "../../web/src/formats/text/text-number";
import { asSafetensors } from "../../web/src/models/pytorch/torch-file";
import { fileOfBytes } from "../../web/src/models/sources/model-file";
import { archiveOf } from "../hub/torch-archive.mjs";

const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const join = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
/** A safetensors file of this header, without numbers. */
const withHeader = (header: string) => {
  const text = new TextEncoder().encode(header);
  return join(new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer), text);
};

describe("names of the language are no numbers and no types", () => {
  const names = ["constructor", "__proto__", "toString", "valueOf", "hasOwnProperty"];

  test.each(names)("%s", async (name) => {
    expect(readNumber(name)).toBeUndefined();
    expect(() => readCsv(`0.25,0.75\n1,${name}\n`, "table")).toThrow(`line 2, column 2: “${name}” is not a number`);
    expect(readCsv(`${name},1\ny,2\n`, "table")).toMatchObject({ labels: { queryTokens: [name, "y"] } });
    expect(() => typeNamed(name, "weights")).toThrow(`weights is said to have the dtype “${name}”`);
    const header = JSON.stringify({ a: { dtype: name, shape: [0], data_offsets: [0, 0] } });
    expect(() => readSafetensors(withHeader(header))).toThrow(`a is of type ${name}; those that can be read are F16`);
    const dict = `{'descr': '|${name}', 'fortran_order': False, 'shape': (0,), }`;
    const npy = join(latin("\x93NUMPY\x01\0"), Uint8Array.of(dict.length, 0), latin(dict));
    await expect(async () => readFile(npy, "a.npy")).rejects.toThrow(`a has elements of type |${name};`);
  });
});

describe("long texts are passed once", () => {
  test("a million digits and a letter are no number; nor are they a share without %", () => {
    const digits = "1".repeat(1_000_000);
    expect(readNumber(`${digits}x`)).toBeUndefined();
    expect(readNumber(`${digits}x%`)).toBeUndefined();
    expect([" 25 %", "2,5%", "1e1%", "5%%", "nan%", "%", "x%"].map(readNumber)).toEqual([
      ...[0.25, 0.025, 0.1],
      ...[undefined, undefined, undefined, undefined],
    ]);
  });

  test("a text of six million escapes, in JSON with NaN and in a header", () => {
    const text = JSON.stringify("\n".repeat(6_000_000));
    expect(readJson(`{"note": ${text}, "w": [[1, NaN, -Infinity]]}`, "data").tensors[0]?.data).toEqual(
      Float32Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY),
    );
    const header = (key: string) => withHeader(`{"__metadata__": {"note": ${text}, "b\\"{": "", "${key}": "{"}}`);
    expect(readSafetensors(header("c")).tensors).toEqual([]);
    expect(() => readSafetensors(header('b\\"{'))).toThrow('its header names b"{ twice');
  });

  test("a text that never ends", () => {
    expect(() => readJson('{"w": [NaN, "\\', "data")).toThrow("it is not JSON");
  });
});

describe("pickles", () => {
  test.each([
    ["BINUNICODE8", 0x8d],
    ["BINBYTES8", 0x8e],
    ["BYTEARRAY8", 0x96],
  ])("a length of %s that would lead back is refused, in every file that may hold a pickle", async (_, code) => {
    // As a number with a sign it is −9: back to where the operation begins.
    const pickle = Uint8Array.of(0x80, 4, code, 0xf7, 255, 255, 255, 255, 255, 255, 255, 0x2e);
    const message = "its pickle ends within an operation, at byte 11";
    await expect(async () => readFile(pickle, "run.pkl")).rejects.toThrow(message);
    const archive = archiveOf({ "archive/data.pkl": pickle });
    await expect(async () => readFile(archive, "run.pt")).rejects.toThrow(message);
    await expect(asSafetensors([fileOfBytes("model.bin", archive)])).rejects.toThrow(message);
  });

  /** A list of `count` references to the list below it, for each of some levels. */
  const nested = (levels: number, count: number, innermost: Uint8Array) =>
    join(
      innermost,
      ...Array.from({ length: levels }, (_, level) =>
        latin(`q${String.fromCharCode(level)}](${`h${String.fromCharCode(level)}`.repeat(count)}e`),
      ),
    );
  const open = (value: Uint8Array) => readFile(join(latin("\x80\x02"), value, latin(".")), "run.pkl");

  test("lists that hold one list again and again count as often as they are looked at", async () => {
    await expect(async () => open(nested(7, 200, latin("]K\x01a")))).rejects.toThrow(
      "its pickle refers to more than 64000000 values",
    );
  });

  test("a million texts that are referred to thousands of times do, too", async () => {
    const texts = join(latin("X\x01\0\0\0aq\xff]("), latin("h\xff".repeat(1_000_000)), latin("e"));
    await expect(async () => open(nested(1, 20_000, texts))).rejects.toThrow(
      "its pickle refers to more than 64000000 values",
    );
  });

  test("a list or a text that is given to call after call is not copied each time", async () => {
    const list = join(latin("]q\x01("), latin("N\x89\x86".repeat(300_000)), latin("eccollections\nOrderedDict\nq\x02"));
    const encode = join(latin("X\x40\x42\x0f\0"), latin("a".repeat(1_000_000)), latin("q\x01c_codecs\nencode\nq\x02"));
    for (const value of [
      join(list, latin("h\x02h\x01\x85R0".repeat(100_000))),
      join(encode, latin("X\x06\0\0\0latin1q\x03"), latin("h\x02h\x01h\x03\x86R".repeat(100_000))),
    ])
      await expect(async () => open(value)).rejects.toThrow(/its pickle makes more than 4 times the \d+ bytes/);
  });

  test("a list of text has a place among what a pickle may hold", async () => {
    await expect(async () => open(nested(1, 100_001, latin("](X\x01\0\0\0ae")))).rejects.toThrow(
      "its pickle holds more than 100000 tensors and lists of text",
    );
  });
});

describe("tensors that are parts of one storage", () => {
  const whole = (value: number) => join(latin("J"), new Uint8Array(Int32Array.of(value).buffer));
  const tuple = (...values: Uint8Array[]) => join(latin("("), ...values, latin("t"));
  const text = (value: string) => latin(`\x8c${String.fromCharCode(value.length)}${value}`);
  const tensor = (type: string, length: number, offset: number, stride: number) =>
    join(
      latin("ctorch._utils\n_rebuild_tensor_v2\n"),
      tuple(
        tuple(text("storage"), latin(`ctorch\n${type}Storage\n`), text("0"), text("cpu"), whole(length)),
        ...[latin("Q"), whole(offset), tuple(whole(2)), tuple(whole(stride)), latin("\x89N")],
      ),
      latin("R"),
    );
  const open = async (value: Uint8Array, storage: Uint8Array, level: 0 | 9) =>
    readFile(
      new Uint8Array(
        zipSync({
          "a/data.pkl": [join(latin("\x80\x02"), value, latin(".")), { level: 0 }],
          "a/data/0": [storage, { level }],
        }),
      ),
      "run.pt",
    );

  test("that is deflated share what it is unpacked to", async () => {
    const numbers = Float32Array.from({ length: 1000 }, (_, i) => i);
    const value = tuple(...[0, 10, 20].map((offset) => tensor("Float", 1000, offset, 1)));
    const { tensors } = await open(value, new Uint8Array(numbers.buffer), 9);
    expect(tensors.map(({ data }) => [...data])).toEqual([
      [0, 1],
      [10, 11],
      [20, 21],
    ]);
    expect(new Set(tensors.map(({ data }) => data.buffer)).size).toBe(1);
  });

  test("cost what they hold, however far apart it lies", async () => {
    const length = 2 ** 22;
    const storage = new Uint16Array(length);
    storage[7] = 0x3c00;
    storage[length - 1] = 0x4000;
    const one = tensor("Half", length, 7, length - 8);
    const value = tuple(join(one, latin("q\x01")), ...Array.from({ length: 30_000 }, () => latin("h\x01")));
    const { tensors } = await open(value, new Uint8Array(storage.buffer), 0);
    expect(tensors).toHaveLength(30_001);
    expect(tensors.at(-1)?.data).toEqual(Float32Array.of(1, 2));
  });
});

describe("archives of many entries are not searched for each of them", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });
  const entries = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`${i}.npy`, latin("x")]));

  test("for equal names", async () => {
    const searches = vi.spyOn(Array.prototype, "findIndex");
    await expect(async () => readFile(archiveOf(entries), "run.npz")).rejects.toThrow(
      "does not begin as an .npy file does",
    );
    expect(searches.mock.calls.length).toBeLessThan(10);
    searches.mockRestore();
    const twice = Buffer.from(archiveOf({ "0.npy": latin("x"), "1.npy": latin("y") }));
    twice.write("0.npy", twice.lastIndexOf("1.npy"));
    await expect(async () => readFile(new Uint8Array(twice), "run.npz")).rejects.toThrow("it holds 0.npy twice");
  });

  test("for where the next one begins", async () => {
    const searches = vi.spyOn(Array.prototype, "find");
    await expect(asSafetensors([fileOfBytes("model.bin", archiveOf(entries))])).rejects.toThrow("it has no data.pkl");
    expect(searches.mock.calls.length).toBeLessThan(10);
  });
});

test("parts of a recording that are of one kind are refused before any is read", () => {
  const part = { kind: "decoder", causal: "this is read first" };
  const recording = { version: 1, bits: 8, title: "", source: "", parts: [part, part] };
  const file = withHeader(JSON.stringify({ __metadata__: { heed_recording: JSON.stringify(recording) } }));
  expect(() => readRecording(file)).toThrow("it has two parts of kind decoder");
});

describe("JSON that is no table of pandas’", () => {
  test.each([
    '{"schema":null,"data":[]}',
    '{"schema":5,"data":[]}',
    '{"schema":{"fields":5},"data":[]}',
    '{"schema":{"fields":[null]},"data":[]}',
    '{"schema":{"primaryKey":7},"data":[]}',
  ])("%s", async (text) => {
    await expect(async () => readFile(latin(text), "a.json")).rejects.toThrow(
      expect.objectContaining({ name: "FormatError" }),
    );
  });

  test("its schema need not be there for its rows to be read", () => {
    const rows = '[{"a": 0.25, "b": 0.75}]';
    for (const schema of ["null", '{"fields": 5, "primaryKey": {}}'])
      expect(readJson(`{"schema": ${schema}, "data": ${rows}}`, "t").tensors[0]?.data).toEqual(
        Float32Array.of(0.25, 0.75),
      );
  });
});

test("a message has the beginning of what is no array, not all of it", () => {
  const long = { text: "x".repeat(1000) };
  const shown = `{"text":"${"x".repeat(31)}`;
  expect(() => fromJson({ w: [[1], long] }, "data")).toThrow(new FormatError(`w[1] is ${shown}, not an array`));
  expect(() => fromJson({ w: [[[1]], [long]] }, "data")).toThrow(new FormatError(`w[1][0] is ${shown}, not an array`));
  expect(() => fromJson("x".repeat(1000), "data")).toThrow(new FormatError(`it holds "${"x".repeat(39)}, not arrays`));
  const header = JSON.stringify({ a: { dtype: "F32", shape: "x".repeat(1000) } });
  expect(() => readSafetensors(withHeader(header))).toThrow(
    new FormatError(`a has a shape "${"x".repeat(39)}, not a list of lengths`),
  );
});
