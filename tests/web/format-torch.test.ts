/** What torch.save wrote, opened as a file of numbers: tensors in dictionaries, tuples and lists, transposed and shared ones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFile } from "../../web/src/formats/read-file";
import { archiveOf, torchArchive } from "../hub/torch-archive.mjs";

const open = (bytes: Uint8Array) => readFile(new Uint8Array(bytes), "attentions.pt");
const latin = (text: string) => Buffer.from(text, "latin1");
const text = (value: string) => latin(`\x8c${String.fromCharCode(value.length)}${value}`);
const tuple = (...values: Buffer[]) => Buffer.concat([latin("("), ...values, latin("t")]);
const whole = (value: number) => latin(`K${String.fromCharCode(value)}`);

/** A tensor of float32 in data/KEY. */
const tensor = (key: string, shape: number[], strides: number[], { offset = 0, count = 4, type = "Float" } = {}) =>
  Buffer.concat([
    latin("ctorch._utils\n_rebuild_tensor_v2\n"),
    tuple(
      tuple(text("storage"), latin(`ctorch\n${type}Storage\n`), text(key), text("cpu"), whole(count)),
      latin("Q"),
      whole(offset),
      tuple(...shape.map(whole)),
      tuple(...strides.map(whole)),
      latin("\x89"),
      latin("ccollections\nOrderedDict\n)R"),
    ),
    latin("R"),
  ]);

const fileOf = (value: Buffer, storages: Record<string, Uint8Array>) =>
  archiveOf({
    "archive/data.pkl": Buffer.concat([latin("\x80\x02"), value, latin(".")]),
    "archive/byteorder": latin("little"),
    ...Object.fromEntries(Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes])),
  });
const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

test("what PyTorch saved", async () => {
  const bytes = readFileSync(join(import.meta.dirname, "../fixtures/formats/torch.pt"));
  expect((await open(bytes)).tensors).toMatchObject([{ name: "a", shape: [2], data: Float32Array.of(0, 0) }]);
});

test("a dictionary of half precision and bfloat16", async () => {
  const { tensors } = await open(
    torchArchive({
      attn: { type: "Half", shape: [1, 2], bytes: new Uint8Array(Uint16Array.of(0x3800, 0x3400).buffer) },
      other: { type: "BFloat16", shape: [2], bytes: new Uint8Array(Uint16Array.of(0x3f80, 0xbe80).buffer) },
    }),
  );
  expect(tensors.map(({ name, shape, data, dtype }) => [name, shape, [...data], dtype])).toEqual([
    ["attn", [1, 2], [0.5, 0.25], "Half"],
    ["other", [2], [1, -0.25], "BFloat16"],
  ]);
});

test("tuples of layers, in a dictionary with lists of text: names are the way to each", async () => {
  const layers = tuple(tensor("0", [2, 2], [2, 1]), tensor("1", [2, 2], [2, 1]));
  const tokens = Buffer.concat([latin("]("), text("The"), text("cat"), latin("e")]);
  const value = Buffer.concat([
    latin("}("),
    text("attentions"),
    layers,
    text("tokens"),
    tokens,
    text("step"),
    whole(3),
    latin("u"),
  ]);
  const file = await open(fileOf(value, { 0: floats(1, 0, 0.5, 0.5), 1: floats(1, 0, 0.25, 0.75) }));
  expect(file.tensors.map(({ name, data }) => [name, [...data]])).toEqual([
    ["attentions.0", [1, 0, 0.5, 0.5]],
    ["attentions.1", [1, 0, 0.25, 0.75]],
  ]);
  expect(file.labels).toEqual({ tokens: ["The", "cat"] });
});

test("a transposed tensor, and one that is a part of its storage", async () => {
  const value = tuple(tensor("0", [2, 2], [1, 2]), tensor("0", [2], [1], { offset: 2 }));
  const [transposed, part] = (await open(fileOf(value, { 0: floats(1, 2, 3, 4) }))).tensors;
  expect([...(transposed?.data ?? [])]).toEqual([1, 3, 2, 4]);
  expect([...(part?.data ?? [])]).toEqual([3, 4]);
});

test("tensors that reach beyond their storage, or repeat it, are named; the others are read", async () => {
  const value = tuple(
    tensor("0", [2, 2], [2, 1]),
    tensor("0", [9], [1]),
    tensor("0", [9, 4], [0, 1]),
    tensor("7", [2], [1]),
    tensor("0", [2], [1, 1]),
  );
  const file = await open(fileOf(value, { 0: floats(1, 2, 3, 4) }));
  expect(file.tensors.map(({ name }) => name)).toEqual(["0"]);
  expect(file.unread?.map(({ why }) => why)).toEqual([
    "1 reaches to element 8 of its storage, which has 4",
    "2 repeats its elements (expand); save it after .contiguous()",
    "3 is in data/7, which there is not",
    "4 has 1 axes, but 2 strides",
  ]);
});

test("what would run something is refused, and nothing is run", async () => {
  const system = latin("cos\nsystem\n(X\x04\x00\x00\x00trueR");
  await expect(async () => open(fileOf(system, {}))).rejects.toThrow(
    "attentions.pt: its pickle would run os.system, which no checkpoint needs: nothing of it is run",
  );
  await expect(async () => open(fileOf(latin("K\x01"), {}))).rejects.toThrow(
    "attentions.pt: its pickle holds no tensors",
  );
});

test("very many tensors of one storage take no more than four times the file", async () => {
  const value = tuple(...Array.from({ length: 500 }, () => tensor("0", [64], [1])));
  const file = await open(fileOf(value, { 0: floats(...Array.from({ length: 64 }, (_, i) => i)) }));
  const taken = file.tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
  expect(taken).toBeLessThan(500 * 4 * 64);
  expect(file.unread?.[0]?.why).toContain("its tensors take more than 4 times the");
});
