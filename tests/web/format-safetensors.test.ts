import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFile } from "../../web/src/formats/read-file";
import { readSafetensors } from "../../web/src/formats/safetensors";

const numbers = Array.from({ length: 24 }, (_, i) => ((i % 15) - 7) / 4);

/** A file with this header, as text or as a value, and this many zero bytes after it. */
function file(header: unknown, bytes = 0, length?: bigint): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const all = new Uint8Array(8 + text.length + bytes);
  new DataView(all.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  all.set(text, 8);
  return all;
}
const tensor = (shape: number[], data_offsets: number[], dtype = "F32") => ({ dtype, shape, data_offsets });

test("every width of float and tokens in the metadata, from a file by name", async () => {
  const path = join(import.meta.dirname, "../fixtures/formats/all.safetensors");
  const { tensors, labels } = await readFile(new Uint8Array(readFileSync(path)), "all.safetensors");
  expect(tensors.map(({ name }) => name)).toEqual(["f64", "f32", "f16", "bf16", "i8"]);
  for (const { name, data } of tensors)
    expect([...data]).toEqual(name === "i8" ? numbers.map((number) => 4 * number) : numbers);
  expect(labels).toEqual({ tokens: ["The", "<b>cat</b>", "naïve", "🐈"] });
});

test.each([
  ["a header longer than allowed", file({}, 0, 100_000_001n), "is said to have 100000001 bytes; 100000000 are allowed"],
  ["a header longer than the file", file({}, 0, 50n), "is said to have 50 bytes, but only 2 follow"],
  ["a header that is no object", file("[]"), "not JSON that begins with {"],
  ["a header that is not JSON", file("{,}"), "its header is not JSON"],
  ["a name twice", file('{"a":{},"a":{}}'), "its header names a twice"],
  ["a field twice", file('{"a":{"dtype":"F32","dtype":"F32"}}'), "its header names dtype twice"],
  [
    "a hole",
    file({ a: tensor([1], [0, 4]), b: tensor([1], [8, 12]) }, 12),
    "b begins at byte 8, but the one before it ends at 4",
  ],
  [
    "an overlap",
    file({ a: tensor([2], [0, 8]), b: tensor([2], [4, 12]) }, 12),
    "b begins at byte 4, but the one before it ends at 8",
  ],
  ["bytes left over", file({ a: tensor([1], [0, 4]) }, 8), "its tensors end at byte 4, but the file has 8"],
  ["too few bytes", file({ a: tensor([2], [0, 8]) }, 4), "a ends at byte 8, but the file has 4"],
  [
    "a size that is not the shape's",
    file({ a: tensor([3], [0, 8]) }, 8),
    "a of shape (3,) and type F32 takes 12 bytes, but the file has 8",
  ],
  ["an overflow", file({ a: tensor([2 ** 40, 2 ** 40], [0, 8]) }, 8), "more elements than can be counted"],
  ["an unknown type", file({ a: tensor([8], [0, 8], "F4") }, 8), "a is of type F4"],
  ["no type", file({ a: { shape: [1], data_offsets: [0, 4] } }, 4), "a has no dtype"],
  ["a shape that is none", file({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, 4), "a has a shape [-1]"],
  ["an end before its begin", file({ a: tensor([1], [4, 0]) }, 4), "a begins at byte 4 and ends before it, at 0"],
])("refuses %s", (_, bytes, why) => {
  expect(() => readSafetensors(bytes)).toThrow(why);
});

test("no tensors, and tensors of no elements, are a file", () => {
  expect(readSafetensors(file({})).tensors).toEqual([]);
  expect(readSafetensors(file({ a: tensor([0, 3], [0, 0]) })).tensors).toMatchObject([{ shape: [0, 3] }]);
});

test("what can be read is, and the rest is named", () => {
  const read = readSafetensors(file({ a: tensor([2], [0, 8]), b: tensor([4], [8, 16], "F4") }, 8 + 8));
  expect(read.tensors.map(({ name }) => name)).toEqual(["a"]);
  expect(read.unread).toMatchObject([
    { name: "b", why: expect.stringContaining("b is of type F4; those that can be read") },
  ]);
});

test("both types of 8 bits", () => {
  const bytes = file({ a: tensor([4], [0, 4], "F8_E4M3"), b: tensor([4], [4, 8], "F8_E5M2") }, 8);
  // E4M3: 0.5, 448 (the largest), 2^-9 (the smallest), NaN; E5M2: 0.5, 57344, 2^-16, infinity.
  bytes.set([0x30, 0x7e, 0x01, 0x7f, 0x38, 0x7b, 0x01, 0x7c], bytes.length - 8);
  const { tensors } = readSafetensors(bytes);
  expect([...(tensors[0]?.data ?? [])]).toEqual([0.5, 448, 2 ** -9, Number.NaN]);
  expect([...(tensors[1]?.data ?? [])]).toEqual([0.5, 57344, 2 ** -16, Number.POSITIVE_INFINITY]);
});
