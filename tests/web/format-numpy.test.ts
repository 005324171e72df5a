import { readFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { fromBrain, fromHalf } from "../../web/src/formats/element-types";
import { readNpy } from "../../web/src/formats/npy";
import { readFile } from "../../web/src/formats/read-file";

const folder = join(import.meta.dirname, "../fixtures/formats");
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)));
const read = (name: string) => readFile(bytesOf(name), name);
/** What tests/fixtures/formats.py wrote. */
const numbers = Array.from({ length: 24 }, (_, i) => ((i % 15) - 7) / 4);
const header = (dict: string, version = 1) => {
  const length = version === 1 ? [dict.length & 255, dict.length >> 8] : [dict.length & 255, dict.length >> 8, 0, 0];
  return [0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...new TextEncoder().encode(dict)];
};
const readDict = (dict: string, body: number[] = []) => readNpy(Uint8Array.from([...header(dict), ...body]), "a");

test.each(["f2", "f4", "f4-big", "f8", "f8-big", "fortran", "version-2", "version-3"])("floats: %s", async (name) => {
  const [tensor] = (await read(`${name}.npy`)).tensors;
  expect(tensor?.shape).toEqual([2, 3, 4]);
  expect([...(tensor?.data ?? [])]).toEqual(numbers);
});

test.each(["i1", "i2", "i2-big", "i4", "i8", "i8-big"])("signed integers: %s", async (name) => {
  expect([...((await read(`${name}.npy`)).tensors[0]?.data ?? [])]).toEqual(numbers.map((number) => 4 * number));
});

test.each(["u1", "u2", "u4", "u8"])("unsigned integers: %s", async (name) => {
  expect([...((await read(`${name}.npy`)).tensors[0]?.data ?? [])]).toEqual(numbers.map((_, i) => i));
});

test("booleans, one number, none", async () => {
  expect([...((await read("b1.npy")).tensors[0]?.data ?? [])]).toEqual(numbers.map((number) => (number > 0 ? 1 : 0)));
  expect((await read("scalar.npy")).tensors[0]).toMatchObject({ shape: [], data: Float32Array.of(0.25) });
  expect((await read("empty.npy")).tensors[0]).toMatchObject({ shape: [0, 4], data: new Float32Array() });
});

test("half precision and bfloat16 at their ends", () => {
  expect([0x0001, 0x03ff, 0x0400, 0x7bff, 0x8000, 0xfc00].map(fromHalf)).toEqual([
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    65504,
    -0,
    Number.NEGATIVE_INFINITY,
  ]);
  expect(fromHalf(0x7e00)).toBeNaN();
  expect([0x3f80, 0xbe80, 0x7f80].map(fromBrain)).toEqual([1, -0.25, Number.POSITIVE_INFINITY]);
});

test("an archive, stored or deflated; text in it are labels", async () => {
  const stored = await read("stored.npz");
  expect(stored.tensors).toMatchObject([{ name: "weights", shape: [2, 3, 4] }]);
  expect(stored.labels).toEqual({ tokens: ["The", "<b>cat</b>", "naïve", "🐈"] });
  const { tensors } = await read("deflated.npz");
  expect(tensors.map(({ name, dtype }) => `${name} ${dtype}`)).toEqual(["q <f8", "k <f2"]);
  for (const { data } of tensors) expect([...data]).toEqual(numbers);
});

test("what cannot be read is refused with the reason", async () => {
  await expect(async () => read("object.npy")).rejects.toThrow(
    "object.npy: object holds Python objects (dtype object)",
  );
  await expect(async () => read("record.npy")).rejects.toThrow("record.npy: record is an array of records");
  await expect(async () => read("complex.npy")).rejects.toThrow("elements of type <c8");
  await expect(async () =>
    readFile(zipSync({ "a.txt": new Uint8Array(1) }) as Uint8Array<ArrayBuffer>, "x.npz"),
  ).rejects.toThrow("x.npz: the archive holds no .npy file, but a.txt");
});

test("a bomb is refused by what it says before it is unpacked", async () => {
  await expect(async () => read("bomb.npz")).rejects.toThrow(
    /bomb\.npz: its \d+ bytes say that they unpack to 33554560/,
  );
});

test("sizes that do not fit are named", async () => {
  const whole = bytesOf("f4.npy");
  await expect(async () => readFile(whole.slice(0, -4), "cut.npy")).rejects.toThrow(
    "cut.npy: cut of shape (2, 3, 4) and type <f4 takes 96 bytes, but the file has 92 for it",
  );
  await expect(async () => readFile(whole.slice(0, 30), "cut.npy")).rejects.toThrow(
    "has a header of 118 bytes, but only 20 follow",
  );
  await expect(async () => readFile(whole.slice(0, 8), "cut.npy")).rejects.toThrow("ends after 8 bytes");
  await expect(async () =>
    readDict("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
  ).rejects.toThrow("a has a shape (4294967296, 4294967296), more elements than can be counted");
  await expect(async () => readDict("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }")).rejects.toThrow(
    "NaN is no length",
  );
  await expect(async () => readDict("{'descr': '<f4', 'shape': (1,), }")).rejects.toThrow(
    "a has no fortran_order in its header",
  );
  await expect(async () => readNpy(Uint8Array.from(header("{}", 4)), "a")).rejects.toThrow("a is of version 4");
});
