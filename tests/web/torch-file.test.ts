/** Checkpoints of PyTorch: what PyTorch itself saved, what is damaged, and what would run something. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tensorsOf, unpickle } from "../../web/src/formats/pickle/unpickle";
import { asSafetensors } from "../../web/src/models/pytorch/torch-file";
import { bytesOf, fileOfBytes } from "../../web/src/models/sources/model-file";
import { archiveOf, pickleOf, tensorsOfSafetensors, torchArchive } from "../hub/torch-archive.mjs";

const float32 = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const open = (bytes: Uint8Array, name = "pytorch_model.bin") => asSafetensors([fileOfBytes(name, bytes)]);
const whole = async (bytes: Uint8Array) => {
  const file = await open(bytes);
  const parts = [];
  for await (const piece of file.pieces()) parts.push(piece);
  const all = Buffer.concat(parts);
  expect(all.length).toBe(file.size);
  return tensorsOfSafetensors(all);
};
const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test("what PyTorch saved is read", async () => {
  const saved = readFileSync(join(import.meta.dirname, "../fixtures/formats/torch.pt"));
  const { a } = await whole(new Uint8Array(saved));
  expect(a).toEqual({ type: "Float", shape: [2], bytes: Buffer.alloc(8) });
});

test("tensors keep their names, types, shapes and bytes", async () => {
  const tensors = {
    "a.weight": { type: "Float", shape: [2, 3], bytes: float32(1, 2, 3, 4, 5, 6) },
    scalar: { type: "Float", shape: [], bytes: float32(7) },
    half: { type: "Half", shape: [2], bytes: Uint8Array.of(1, 2, 3, 4) },
    é: { type: "BFloat16", shape: [1, 1, 1], bytes: Uint8Array.of(0x80, 0x3f) },
    ids: { type: "Long", shape: [1], bytes: new Uint8Array(8) },
  };
  const read = await whole(torchArchive(tensors));
  expect(
    Object.fromEntries(
      Object.entries(read).map(([name, tensor]) => [name, { ...tensor, bytes: new Uint8Array(tensor.bytes) }]),
    ),
  ).toEqual(
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, bytes: new Uint8Array(tensor.bytes) }]),
    ),
  );
});

test("several files are one, and of a file's bytes only those that are asked for are read", async () => {
  const asked: number[] = [];
  const files = ["a", "b"].map((name) => {
    const file = fileOfBytes(
      `${name}.bin`,
      torchArchive({ [name]: { type: "Float", shape: [1000], bytes: new Uint8Array(4000) } }),
    );
    return {
      ...file,
      pieces: (start?: number, end?: number) => {
        asked.push((end ?? file.size) - (start ?? 0));
        return file.pieces(start, end);
      },
    };
  });
  const file = await asSafetensors(files);
  expect(Object.keys(tensorsOfSafetensors(await bytesOf({ ...file, pieces: () => file.pieces() })))).toEqual([
    "a",
    "b",
  ]);
  expect(Math.max(...asked)).toBeLessThanOrEqual(
    torchArchive({ a: { type: "Float", shape: [1000], bytes: new Uint8Array(4000) } }).length,
  );
});

describe("a pickle that would run something is refused, and nothing is run", () => {
  test.each([
    ["os.system", "cos\nsystem\n(X\x02\0\0\0lstR."],
    ["builtins.eval", "cbuiltins\neval\n(X\x01\0\0\x001tR."],
    ["__builtin__.exec", "c__builtin__\nexec\n)R."],
    ["torch.load", "ctorch\nload\n)R."],
    ["torch.FloatStorage.__reduce__", "ctorch\nFloatStorage.__reduce__\n)R."],
    ["builtins.getattr", "\x8c\x08builtins\x8c\x07getattr\x93)R."],
    ["collections.OrderedDict.update", "ccollections\nOrderedDict.update\n)R."],
  ])("%s", (name, pickle) => {
    expect(() => unpickle(latin(pickle))).toThrow(
      `its pickle would run ${name}, which no checkpoint needs: nothing of it is run`,
    );
  });

  test("what is called must be among what makes tensors, with what it takes", () => {
    expect(() => unpickle(latin("ctorch\nFloatStorage\n)R."))).toThrow("its pickle calls torch.FloatStorage");
    expect(() => unpickle(latin("K\x01)R."))).toThrow("its pickle calls what cannot be called");
    expect(() => unpickle(latin("ctorch._utils\n_rebuild_tensor_v2\n)R."))).toThrow(
      "its pickle makes a tensor of what is none",
    );
    expect(() => unpickle(latin("ctorch._utils\n_rebuild_parameter\n)R."))).toThrow(
      "its pickle makes a parameter of what is no tensor",
    );
    expect(() => unpickle(latin("X\x01\0\0\0aQ."))).toThrow(
      "its pickle refers to something that is no storage of numbers",
    );
    // INST, OBJ, EXT1, PERSID, NEXT_BUFFER.
    for (const code of ["i", "o", "\x82", "P", "\x97"])
      expect(() => unpickle(latin(`${code}.`))).toThrow(/no checkpoint needs$/);
  });
});

describe("pickles that are damaged", () => {
  test.each([
    ["", "ends within an operation, at byte 0"],
    [".", "takes a value where there is none"],
    ["X\xff\xff\xff\xff", "ends within an operation, at byte 5"],
    ["ca", "ends within a line, at byte 1"],
    ["h\x05.", "recalls the value 5, which there is not"],
    ["t.", "ends a list that it did not begin"],
    ["K\x01K\x02a.", "appends to what is no list"],
    ["K\x01(K\x02K\x03u.", "sets items of what is no dictionary"],
    ["}(K\x02u.", "sets items of what is no dictionary"],
    [`\x8a\x09${"\x01".repeat(9)}.`, "has a number of 9 bytes"],
  ])("%j", (pickle, message) => {
    expect(() => unpickle(latin(pickle))).toThrow(message);
  });

  test("values of every kind are read", () => {
    expect(unpickle(latin("(K\x07M\x00\x01J\xff\xff\xff\xff\x8a\x02\x00\x80G\x3f\xf0\0\0\0\0\0\0N\x88\x89t."))).toEqual(
      [7, 256, -1, -32768, 1, null, true, false],
    );
    expect(unpickle(latin("}X\x01\0\0\0aq\x01](K\x01h\x01es."))).toEqual(new Map([["a", [1, "a"]]]));
  });

  test("a dictionary around the tensors is looked into, and one without tensors refused", () => {
    const inner = Buffer.from(pickleOf({ a: { type: "Float", shape: [1], bytes: float32(1) } })).subarray(2, -1);
    const around = Buffer.concat([
      Buffer.from("\x80\x02}", "latin1"),
      latin("X\x0a\0\0\0state_dict"),
      inner,
      latin("s."),
    ]);
    expect([...tensorsOf(unpickle(around)).keys()]).toEqual(["a"]);
    expect(() => tensorsOf(unpickle(latin("}.")))).toThrow("its pickle holds no tensors");
    expect(() => tensorsOf(unpickle(latin("K\x01.")))).toThrow("its pickle holds no dictionary of tensors");
  });
});

describe("archives that are not what they say", () => {
  const one = { a: { type: "Float", shape: [4], bytes: float32(1, 2, 3, 4) } };
  test("tensors beyond their storage", async () => {
    const short = archiveOf({ "x/data.pkl": pickleOf(one), "x/data/0": float32(1, 2, 3) });
    await expect(open(short)).rejects.toThrow("pytorch_model.bin: a has 4 elements from 0 on, but its storage has 3");
    await expect(open(archiveOf({ "x/data.pkl": pickleOf(one) }))).rejects.toThrow(
      "pytorch_model.bin: a is in data/0, which there is not",
    );
  });

  test("tensors whose elements do not follow one another", async () => {
    const pickle = Buffer.from(pickleOf({ a: { type: "Float", shape: [2, 3], bytes: new Uint8Array(24) } }));
    // The stride of rows, 3, becomes 1.
    const at = pickle.lastIndexOf(Buffer.from("J\x03\0\0\0", "latin1"));
    pickle[at + 1] = 1;
    const archive = archiveOf({ "x/data.pkl": pickle, "x/data/0": new Uint8Array(24) });
    await expect(open(archive)).rejects.toThrow(
      "a has the shape (2, 3) with strides (1, 1): its elements do not follow one another. Save the model as safetensors",
    );
  });

  test("no pickle, another order of bytes, no archive", async () => {
    await expect(open(archiveOf({ "x/other": new Uint8Array(1) }))).rejects.toThrow("it has no data.pkl");
    const big = archiveOf({ "x/data.pkl": pickleOf(one), "x/byteorder": latin("big"), "x/data/0": one.a.bytes });
    await expect(open(big)).rejects.toThrow("its numbers are not in little-endian order");
    await expect(open(new Uint8Array(100))).rejects.toThrow("the archive has no directory at its end");
    await expect(open(new Uint8Array())).rejects.toThrow(/pytorch_model\.bin: /);
  });

  test("what is compressed, as bombs are, is refused before it is unpacked", async () => {
    const archive = Buffer.from(torchArchive(one));
    const entry = archive.indexOf(Buffer.from("504b0102", "hex"));
    const deflated = Buffer.from(archive);
    deflated.writeUInt16LE(8, entry + 10);
    await expect(open(new Uint8Array(deflated))).rejects.toThrow(
      "archive/data.pkl is compressed, which PyTorch does not do",
    );
    const grown = Buffer.from(archive);
    grown.writeUInt32LE(0xfffffff0, entry + 24);
    await expect(open(new Uint8Array(grown))).rejects.toThrow(
      "archive/data.pkl is compressed, which PyTorch does not do",
    );
    grown.writeUInt32LE(0xfffffff0, entry + 20);
    await expect(open(new Uint8Array(grown))).rejects.toThrow(
      "archive/data.pkl is said to have 4294967280 bytes, but has no room for them",
    );
  });
});

test("3,000 damaged archives are read or refused with an Error", async () => {
  const seeds = [
    new Uint8Array(readFileSync(join(import.meta.dirname, "../fixtures/formats/torch.pt"))),
    torchArchive({
      a: { type: "Float", shape: [2, 2], bytes: float32(1, 2, 3, 4) },
      b: { type: "Half", shape: [1], bytes: new Uint8Array(2) },
    }),
  ];
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
  const outcomes = { read: 0, refused: 0 };
  for (let i = 0; i < 3000; i++) {
    let damaged = Uint8Array.from(seeds[random(seeds.length)] as Uint8Array);
    for (let j = 1 + random(3); j > 0; j--) {
      const at = random(damaged.length);
      if (random(8) === 0) damaged = damaged.slice(0, at);
      else damaged.fill([0, 255, 40, 46, random(256)][random(5)] ?? 0, at, at + 1 + random(3));
    }
    try {
      const file = await open(damaged);
      let size = 0;
      for await (const piece of file.pieces()) size += piece.length;
      expect(size).toBe(file.size);
      expect(size).toBeLessThan(10_000);
      outcomes.read++;
    } catch (error) {
      expect([i, (error as Error).constructor.name]).toEqual([i, expect.stringMatching(/^(Error|FormatError)$/)]);
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(200);
  expect(outcomes.refused).toBeGreaterThan(500);
}, 60_000);
