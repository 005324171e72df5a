/** Pickles of NumPy's arrays. */
import { describe, expect, test } from "vitest";
import { isPickle, readFile } from "../../web/src/formats/read-file";
import { dictionaries } from "./support/pickles";

const bigEndianByColumns =
  "gASVqgAAAAAAAACMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLAoaUaAOMBWR0eXBllJOUjAJmOJSJiIeUUpQoSwOMAT6UTk5OSv////9K/////0sAdJRiiEMgP9AAAAAAAAA/8AAAAAAAAD/oAAAAAAAAAAAAAAAAAACUdJRiLg==";

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
const latin = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test.each(Object.entries(dictionaries))("a dictionary of an array and of tokens, by protocol %s", async (_, base64) => {
  const { tensors, labels } = await readFile(bytesOf(base64), "run.pkl");
  expect(tensors).toEqual([{ name: "attn", shape: [2, 2], data: Float32Array.of(0.25, 0.75, 0.5, 0.5), dtype: "<f4" }]);
  expect(labels).toEqual({ tokens: ["a", "b"] });
});

test("an array by itself, of the other order of bytes, with the first index fastest", async () => {
  const [array] = (await readFile(bytesOf(bigEndianByColumns), "run.pkl")).tensors;
  expect(array).toMatchObject({ name: "array", shape: [2, 2], dtype: ">f8" });
  expect([...(array?.data ?? [])]).toEqual([0.25, 0.75, 1, 0]);
});

describe("np.save of Python objects (allow_pickle=True)", () => {
  const objects = {
    list: "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqAA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEAY251bXB5Cm5kYXJyYXkKcQFLAIVxAkMBYnEDh3EEUnEFKEsBSwKFcQZjbnVtcHkKZHR5cGUKcQdYAgAAAE84cQiJiIdxCVJxCihLA1gBAAAAfHELTk5OSv////9K/////0s/dHEMYoldcQ0oaABoAUsAhXEOaAOHcQ9ScRAoSwFLAksChnERaAdYAgAAAGY0cRKJiIdxE1JxFChLA1gBAAAAPHEVTk5OSv////9K/////0sAdHEWYolDEAAAgD8AAAAAAAAAPwAAAD9xF3RxGGJoAGgBSwCFcRloA4dxGlJxGyhLAUsBSwGGcRxoFIlDBAAAgD9xHXRxHmJldHEfYi4=",
    dictionary:
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqAA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEAY251bXB5Cm5kYXJyYXkKcQFLAIVxAkMBYnEDh3EEUnEFKEsBKWNudW1weQpkdHlwZQpxBlgCAAAATzhxB4mIh3EIUnEJKEsDWAEAAAB8cQpOTk5K/////0r/////Sz90cQtiiV1xDH1xDShYBAAAAGF0dG5xDmgAaAFLAIVxD2gDh3EQUnERKEsBSwJLAoZxEmgGWAIAAABmNHETiYiHcRRScRUoSwNYAQAAADxxFk5OTkr/////Sv////9LAHRxF2KJQxAAAIA/AAAAAAAAAD8AAAA/cRh0cRliWAYAAAB0b2tlbnNxGl1xGyhYAQAAAGFxHFgBAAAAYnEdZXVhdHEeYi4=",
    numbers:
      "k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqAA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEAY251bXB5Cm5kYXJyYXkKcQFLAIVxAkMBYnEDh3EEUnEFKEsBSwKFcQZjbnVtcHkKZHR5cGUKcQdYAgAAAE84cQiJiIdxCVJxCihLA1gBAAAAfHELTk5OSv////9K/////0s/dHEMYoldcQ0oSwFOZXRxDmIu",
  };

  test("arrays of different lengths are tensors, by their number", async () => {
    const { tensors } = await readFile(bytesOf(objects.list), "maps.npy");
    expect(tensors.map(({ name, shape, data }) => [name, shape, [...data]])).toEqual([
      ["maps.0", [2, 2], [1, 0, 0.5, 0.5]],
      ["maps.1", [1, 1], [1]],
    ]);
  });

  test("a dictionary is its arrays and texts", async () => {
    const { tensors, labels } = await readFile(bytesOf(objects.dictionary), "maps.npy");
    expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([["attn", [2, 2]]]);
    expect(labels).toEqual({ tokens: ["a", "b"] });
  });

  test("numbers as objects are named", async () => {
    await expect(async () => readFile(bytesOf(objects.numbers), "maps.npy")).rejects.toThrow(
      "maps.npy: maps holds Python objects (dtype object) that are neither text nor arrays; save numbers or text instead",
    );
  });
});

describe("what is refused", () => {
  test.each([
    [
      "\x80\x04\x8c\x02os\x8c\x06system\x93.",
      "its pickle would run os.system, which no checkpoint needs: nothing of it is run; save its arrays with numpy.savez",
    ],
    ["\x80\x04}.", "its pickle holds no arrays"],
    ["\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", "its pickle ends within an operation"],
    [
      "\x80\x02c_codecs\nencode\nX\x01\0\0\0aX\x04\0\0\0utf8\x86R.",
      "its pickle makes bytes of what is no text of bytes",
    ],
    ["\x80\x02cnumpy.core.multiarray\n_reconstruct\n)R.", "array is an array of NumPy’s without a shape or a type"],
    [
      // A shape of 2⁴⁰ and four bytes.
      "\x80\x04cnumpy.core.numeric\n_frombuffer\n(C\x04\0\0\0\0cnumpy\ndtype\n\x8c\x02f4\x89\x88\x87R\x8a\x06\0\0\0\0\0\x01\x85\x8c\x01CtR.",
      "array of shape (1099511627776,) and type |f4 takes 4398046511104 bytes, but the file has 4 for it",
    ],
  ])("%j", async (pickle, message) => {
    expect(isPickle(latin(pickle))).toBe(true);
    await expect(async () => readFile(latin(pickle), "run.pkl")).rejects.toThrow(message);
  });
});
