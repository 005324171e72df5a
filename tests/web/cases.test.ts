/** Files as people have them, each made here after a public report: what is read of each, and what is said. */
import { beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { attentionData, type DataChoices, explain } from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import type { AttentionSettings } from "../../web/src/figure/own/core-settings";
import { valueNotes } from "../../web/src/figure/own/value-notes";
import { readFile } from "../../web/src/formats/read-file";
import type { DataFile } from "../../web/src/formats/tensor";
import { fakePool } from "./fake-pool";
import { archive, causalMap, floats, npy, npyFloats, npyText, npz, safetensors } from "./support/number-files";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const asGuessed: DataChoices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 };
const plain: AttentionSettings = { causal: false, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text) as Uint8Array<ArrayBuffer>;

/** What the figure says of a file, and its first map. */
async function shown(file: DataFile, choices: Partial<DataChoices> = {}, settings: Partial<AttentionSettings> = {}) {
  const { data } = attentionData(file, { ...asGuessed, ...choices });
  const maps = await attentionMaps(data, { ...plain, ...settings }, engine);
  const map = await maps.map(0);
  const { keys, dtype } = maps.shape;
  return { said: [explain(data), ...data.notes].join("; "), values: valueNotes(map, { keys, dtype }), map, maps, data };
}

/** A pickle of NumPy's array of objects, as np.save writes it (protocol 4). */
function pickledTexts(texts: readonly string[]): Uint8Array {
  const text = (value: string) => [0x8c, encoder.encode(value).length, ...encoder.encode(value)];
  const named = (module: string, name: string) => [...text(module), ...text(name), 0x93];
  const body = [
    ...named("numpy._core.multiarray", "_reconstruct"),
    ...named("numpy", "ndarray"),
    ...[0x4b, 0, 0x85, 0x43, 1, 0x62, 0x87, 0x52], // (0,), b"b" → REDUCE
    ...[0x28, 0x4b, 1, 0x4b, texts.length, 0x85], // (1, (count,),
    ...named("numpy", "dtype"),
    ...[...text("O8"), 0x89, 0x88, 0x87, 0x52], // dtype("O8", False, True)
    ...[
      0x28,
      0x4b,
      3,
      ...text("|"),
      0x4e,
      0x4e,
      0x4e,
      0x4a,
      255,
      255,
      255,
      255,
      0x4a,
      255,
      255,
      255,
      255,
      0x4b,
      63,
      0x74,
      0x62,
    ],
    ...[0x89, 0x5d, 0x28, ...texts.flatMap(text), 0x65, 0x74, 0x62, 0x2e], // False, [texts]) → BUILD, STOP
  ];
  return Uint8Array.from([0x80, 4, ...body]);
}

describe("layers", () => {
  test("safetensors sorts names: twelve layers stand in the order of their numbers", async () => {
    const names = Array.from({ length: 12 }, (_, i) => String(i)).sort();
    const layer = (name: string) => ({
      dtype: "F32",
      shape: [1, 1, 3, 3],
      bytes: floats(causalMap(3, (Number(name) + 1) / 100)),
    });
    const file = await readFile(
      safetensors(Object.fromEntries(names.map((name) => [name, layer(name)]))),
      "sorted.safetensors",
    );
    const { said, maps } = await shown(file);
    expect(said).toBe("weights: 12 layers, 1 head, 3 queries × 3 keys; 0 … 11 are read as layers");
    for (const i of [0, 2, 9, 10, 11]) expect((await maps.map(i)).weights[8]).toBeCloseTo((i + 1) / 100, 6);
  });

  test("an encoder and a decoder in one archive", async () => {
    const weights = (queries: number, keys: number) =>
      npyFloats([2, 1, queries, keys], new Array(2 * queries * keys).fill(1 / keys));
    const file = await readFile(
      npz({ encoder_attentions: weights(3, 3), decoder_attentions: weights(4, 4), cross_attentions: weights(4, 3) }),
      "t5.npz",
    );
    expect((await shown(file, { set: "cross" })).said).toBe("weights: 2 layers, 1 head, 4 queries × 3 keys");
    expect((await shown(file, { set: "decoder" })).map).toMatchObject({ queries: 4, keys: 4 });
  });
});

test("TransformerLens' hook_q and hook_k with five tokens: two heads of five tokens", async () => {
  const q = npyFloats(
    [1, 5, 2, 4],
    Array.from({ length: 40 }, (_, i) => Math.sin(i)),
  );
  const tokens = ["<bos>", "The", "cat", "sat", "down"];
  const file = await readFile(npz({ hook_q: q, hook_k: q, tokens: npyText(tokens) }), "cache.npz");
  const { said, data, map } = await shown(file);
  expect(said).toBe("Q and K: 2 heads, 5 tokens, d_k 4; positions come before heads");
  expect(data.queryTokens).toEqual(tokens);
  expect(map).toMatchObject({ queries: 5, keys: 5 });
});

test("T5 divides by nothing: the scale can be set", async () => {
  const vector = (first: number) => [first, ...new Array(63).fill(0)];
  const value = {
    query: { shape: [1, 1, 1, 64], data: vector(8) },
    key: { shape: [1, 1, 2, 64], data: [...vector(1), ...vector(0)] },
  };
  const file = await readFile(bytes(JSON.stringify(value)), "t5.json");
  expect((await shown(file)).map.weights[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  expect((await shown(file, {}, { scale: 1 })).map.weights[0]).toBeCloseTo(1 / (1 + Math.exp(-8)), 6);
});

describe("sums of rows", () => {
  test("dropout that was left on: suggested; nothing negative, nothing NaN", async () => {
    const { values, map } = await shown(await readFile(bytes('{"weights":[[1.25],[0],[1.25]]}'), "dropout.json"));
    expect(values).toBe(
      "Not every row has the sum 1: the sum of query 1 is 0. Above 1: was dropout left on when they were saved? Query 1 has no weight left. The entropy is that of each weight’s share of its row.",
    );
    for (const numbers of [map.entropy, map.normalisedEntropy, map.effectiveKeys, map.entropyBits])
      for (const number of numbers) expect(number).toBeGreaterThanOrEqual(0);
    expect(map.maxWeight).toBe(1.25);
  });

  test("bfloat16 rounds 1/255 so that a row adds up to 1.0039: that is right, and a row of 2 is not", async () => {
    const row = (bits: number) => new Uint8Array(new Uint16Array(255).fill(bits).buffer);
    const file = (bits: number) =>
      readFile(safetensors({ attn: { dtype: "BF16", shape: [1, 255], bytes: row(bits) } }), "bf16.safetensors");
    expect((await shown(await file(0x3b81))).values).toBe(
      "The sum of every row is 1, as far as BF16 rounds: the sum of query 0 is 1.0038757.",
    );
    expect((await shown(await file(0x3c01))).values).toMatch(
      /^Not every row has the sum 1: the sum of query 0 is 2\.00775/,
    );
  });

  test.each<[string, number[][], RegExp]>([
    [
      "a sink or a cut",
      [
        [0.5, 0.25],
        [0.5, 0.5],
      ],
      /the sum of query 0 is 0\.75\. Below 1: a sink that takes the rest, or keys that were cut off\?/,
    ],
    [
      "a row without weight",
      [
        [1, 0],
        [0, 0],
      ],
      /the sum of query 1 is 0\. Query 1 gives no weight to any key\./,
    ],
    [
      "NaN",
      [
        [1, 0],
        [Number.NaN, 1],
      ],
      /^Query 1 holds NaN: what depends on such a row is NaN too\./,
    ],
  ])("%s", async (_, weights, expected) => {
    expect(
      (
        await shown({
          tensors: [{ name: "w", shape: [2, 2], dtype: "F32", data: Float32Array.from(weights.flat()) }],
          labels: {},
        })
      ).values,
    ).toMatch(expected);
  });

  test("scores with −∞: softmax is taken, and it is said", async () => {
    const scores = npyFloats([1, 1, 2, 2], [0.5, Number.NEGATIVE_INFINITY, -1, 1]);
    const { said, values, map } = await shown(await readFile(scores, "10-logits-with-inf.npy"));
    expect(said).toBe(
      "scores: 1 layer, 1 head, 2 queries × 2 keys; there are negative numbers, so they are read as scores, of which softmax is taken",
    );
    expect(values).toBe("The sum of every row is 1.");
    expect(map.weights[0]).toBe(1);
    const asTheyAre = await shown(await readFile(scores, "10-logits-with-inf.npy"), { values: "shown as they are" });
    expect(asTheyAre.values).toContain("are these scores before softmax?");
  });

  test("masks of finfo.min rather than −∞: a row of nothing else is uniform, with weights asked for or not", async () => {
    const low = -3.4028234663852886e38;
    const n = 130;
    const bias = [...new Array(n).fill(low), ...Array.from({ length: n }, (_, key) => (key < 128 ? low : 0))];
    const zeros = (length: number) => ({
      data: new Float32Array(length * 4),
      shape: [1, 1, length, 4] as [number, number, number, number],
    });
    const inputs = { query: zeros(2), key: zeros(n), value: zeros(n) };
    for (const weights of [true, false]) {
      const result = await engine.attention(inputs, {
        bias: { data: Float32Array.from(bias), shape: [1, 1, 2, n] },
        weights,
      });
      expect(result.entropy.data[0]).toBeCloseTo(Math.log(n), 5);
      expect(result.entropy.data[1]).toBeCloseTo(Math.log(2), 6);
      if (!result.weights) continue;
      for (const weight of result.weights.data.subarray(0, n)) expect(weight).toBeCloseTo(1 / n, 7);
      expect([...result.weights.data.subarray(n + 127)]).toEqual([0, 0.5, 0.5]);
    }
  });
});

test("a batch of three with two layers is asked about", async () => {
  const values = Array.from({ length: 12 }, () => [1, 0, 0.5, 0.5]).flat();
  const { said, data } = await shown(await readFile(npyFloats([2, 3, 2, 2, 2], values), "batch.npy"));
  expect(said).toBe(
    "weights: 2 layers, 2 heads, 2 queries × 2 keys; which axis of batch (2, 3, 2, 2, 2) is the batch is a guess: 2 layers, a batch of 3",
  );
  expect(data.batches).toBe(3);
});

describe("what can be read is shown, the rest named", () => {
  test("a type that is not known, beside weights", async () => {
    const eye = floats([1, 0, 0.5, 0.5]);
    const file = await readFile(
      safetensors({
        attn: { dtype: "F32", shape: [2, 2], bytes: eye },
        scale: { dtype: "F6_E2M3", shape: [4], bytes: new Uint8Array(4) },
      }),
      "some.safetensors",
    );
    const { said } = await shown(file);
    expect(said).toMatch(/^weights: 1 layer, 1 head, 2 queries × 2 keys; scale is not read: scale is of type F6_E2M3/);
    const eight = safetensors({
      attn: { dtype: "F32", shape: [2, 2], bytes: eye },
      scale: { dtype: "F8_E4M3", shape: [4], bytes: new Uint8Array(4) },
    });
    expect((await shown(await readFile(eight, "fp8.safetensors"))).said).toBe(
      "weights: 1 layer, 1 head, 2 queries × 2 keys",
    );
  });

  test("tokens as Python objects: plain text is read, a pickle that ends too soon is named", async () => {
    const weights = npyFloats([2, 2], [1, 0, 0.5, 0.5]);
    const whole = npz({ weights, tokens: npy("|O", [2], pickledTexts(["The", "naïve 🐈"])) });
    expect((await shown(await readFile(whole, "objects.npz"))).data.keyTokens).toEqual(["The", "naïve 🐈"]);
    const cut = npz({ weights, tokens: npy("|O", [2], pickledTexts(["The", "cat"]).slice(0, 4)) });
    expect((await shown(await readFile(cut, "cut.npz"))).said).toMatch(
      /; tokens is not read: tokens holds Python objects \(dtype object\) that cannot be read: its pickle ends/,
    );
    const wrong = npz({ weights, tokens: npy("|O", [3], pickledTexts(["The", "cat"])) });
    expect((await shown(await readFile(wrong, "wrong.npz"))).said).toContain(
      "tokens should hold 3 texts, but its pickle has 2",
    );
  });

  test("an archive that was zipped again on a Mac", async () => {
    const weights = npyFloats([2, 2], [1, 0, 0.5, 0.5]);
    const file = archive({
      "weights.npy": weights,
      "__MACOSX/._weights.npy": Uint8Array.of(0, 5, 22, 7),
      "._x.npy": new Uint8Array(3),
      ".DS_Store": new Uint8Array(2),
    });
    const read = await readFile(file, "mac.npz");
    expect(read.tensors.map(({ name }) => name)).toEqual(["weights"]);
    expect(read.unread).toBeUndefined();
  });
});

describe("a file that is not what its name says is named for what it is", () => {
  const ascii = (text: string) =>
    Uint8Array.from([...text, "\0\0\0\0\0\0\0\0\0\0\0\0"].join(""), (char) => char.charCodeAt(0));
  test.each<[string, string, Uint8Array<ArrayBuffer>]>([
    [
      "a pointer of Git LFS, not the file itself: run “git lfs pull”",
      "lfs.safetensors",
      bytes("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 548105171\n"),
    ],
    [
      "a GGUF checkpoint, as llama.cpp reads them; a checkpoint opens in the explorer",
      "header.gguf",
      ascii("GGUF\x03"),
    ],
    ["a picture (PNG)", "map.png", ascii("\x89PNG\r\n\x1a\n")],
    ["a picture (JPEG)", "map.jpg", ascii("\xff\xd8\xff\xe0")],
    ["an HDF5 file; save its arrays with numpy.savez or as safetensors", "w.h5", ascii("\x89HDF\r\n")],
    ["a Parquet file; save the table with to_csv", "w.parquet", ascii("PAR1")],
    ["an Arrow file (Feather); save the table with to_csv", "w.feather", ascii("ARROW1\0\0")],
    ["an Arrow file (Feather); save the table with to_csv", "w.arrow", ascii("ARROW1\0\0")],
    ["compressed by gzip; unpack it first", "w.npy.gz", ascii("\x1f\x8b\x08")],
    ["an ONNX model, a graph of operators", "model.onnx", ascii("\x08\x07\x12\x07pytorch")],
    ["a page (HTML), as servers send in place of a file", "w.npy", bytes("<!DOCTYPE html><html>")],
    ["a picture (SVG)", "map.svg", bytes("<?xml version='1.0'?><svg/>")],
  ])("%s", async (what, name, content) => {
    await expect(async () => readFile(content as Uint8Array<ArrayBuffer>, name)).rejects.toThrow(
      `${name}: it is ${what}`,
    );
  });
});

test("tokens of byte-level vocabularies, with control characters and half a pair of surrogates", async () => {
  const tokens = ["<s>", "\u0003", "\u001b[31m", "\ud83d", "Ġè¿Ļæĺ¯", "▁\n"];
  const file = await readFile(
    bytes(JSON.stringify({ weights: [[1, 0, 0, 0, 0, 0]], keyTokens: tokens })),
    "tokens.json",
  );
  const { names } = (await shown(file)).maps.shape;
  expect(tokens.map((_, i) => names?.key(i))).toEqual(["<s>", "␃", "␛[31m", "\\ud83d", " 这是", " ␊"]);
});

describe("element types and orders", () => {
  const halves = [0x3c00, 0x3800, 0x3400, 0]; // 1, 0.5, 0.25, 0
  const swapped = halves.map((bits) => ((bits & 255) << 8) | (bits >> 8));
  const body = (bits: readonly number[]) => new Uint8Array(Uint16Array.from(bits).buffer);
  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["float16", npy("<f2", [2, 2], body(halves))],
    ["float16 of the other order", npy(">f2", [2, 2], body(swapped))],
    ["bfloat16 as two bytes without a type", npy("<V2", [2, 2], body([0x3f80, 0x3f00, 0x3e80, 0]))],
    ["bfloat16 in version 2", npy("|V2", [2, 2], body([0x3f80, 0x3f00, 0x3e80, 0]), 2)],
    ["float8 as one byte without a type", npy("|V1", [2, 2], Uint8Array.of(0x38, 0x30, 0x28, 0))],
    ["float8 E4M3 of ml_dtypes", npy("<f1", [2, 2], Uint8Array.of(0x38, 0x30, 0x28, 0), 3)],
  ])("%s", async (_, content) => {
    expect([...((await readFile(content, "x.npy")).tensors[0]?.data ?? [])]).toEqual([1, 0.5, 0.25, 0]);
  });

  test("texts of bytes are tokens, in UTF-8", async () => {
    // "naïve" has six bytes.
    const text = encoder.encode("naïve\0cat\0\0\0\0");
    const file = await readFile(
      npz({ weights: npyFloats([2, 2], [1, 0, 0, 1]), tokens: npy("|S7", [2], text) }),
      "s.npz",
    );
    expect(file.labels.tokens).toEqual(["naïve", "cat"]);
  });
});

describe("what the numbers themselves say", () => {
  const three = [0.5, 0.3, 0.2, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4];
  const turned = [0.5, 0.1, 0.3, 0.3, 0.8, 0.3, 0.2, 0.1, 0.4];

  test("columns that add up to 1 where rows do not: columns are queries", async () => {
    const { said, map, values } = await shown(await readFile(npyFloats([1, 3, 3], turned), "maps.npy"));
    expect(said).toContain("every column has the sum 1, and rows have not, so columns are read as queries");
    expect([...map.weights]).toEqual([...Float32Array.from(three)]);
    expect(values).toBe("The sum of every row is 1.");
    // A map whose rows and columns both do is left as it is.
    const both = [0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5];
    expect((await shown(await readFile(npyFloats([3, 3], both), "maps.npy"))).said).not.toContain("column");
  });

  test.each([
    [Number.NaN, 0, [1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5]],
    [Number.NaN, -1, [1, 0, 0, 0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]],
  ])("NaN above the diagonal are hidden keys", async (hidden, sign, expected) => {
    // Scores of −1, and weights: of both the core makes these weights.
    const values = sign < 0 ? [-1, 0, 0, -1, -1, 0, -1, -1, -1] : [1, 0, 0, 0.5, 0.5, 0, 0.2, 0.3, 0.5];
    const given = values.map((value, i) => (i % 3 > Math.floor(i / 3) ? hidden : value));
    const { said, map } = await shown(await readFile(npyFloats([3, 3], given), "maps.npy"));
    expect(said).toContain("NaN above the diagonal is read as keys that are hidden");
    for (const [i, weight] of expected.entries()) expect(map.weights[i]).toBeCloseTo(weight, 6);
    given[0] = Number.NaN;
    const odd = await shown(await readFile(npyFloats([3, 3], given), "maps.npy"));
    expect(odd.said).not.toContain("hidden");
    expect(odd.values).toContain("holds NaN");
  });

  test("rows that all have the sum 100 or 255 are weights of another unit, and no dropout", async () => {
    const percent = await shown(await readFile(npyFloats([3, 3], [50, 30, 20, 10, 80, 10, 33, 33, 34]), "maps.npy"));
    expect(percent.values).toBe(
      "The sum of every row is about 100, not 1: are these per cent? “scale of the numbers” 0.01 below the figure makes weights of them.",
    );
    const byte = npy("|u1", [2, 3], Uint8Array.of(128, 100, 28, 0, 254, 0));
    expect((await shown(await readFile(byte, "maps.npy"))).values).toContain(
      "about 255, not 1. “scale of the numbers” 0.003922",
    );
    const scaled = await shown(await readFile(byte, "maps.npy"), {}, { unit: 1 / 255 });
    expect(scaled.map.weights[0]).toBeCloseTo(128 / 255, 6);
    const dropout = await shown(await readFile(npyFloats([2, 2], [1.1, 0, 0.6, 0.7]), "maps.npy"));
    expect(dropout.values).toContain("was dropout left on");
  });

  test("booleans alone are a mask, and scores of a vocabulary no attention", async () => {
    const open = (content: Uint8Array<ArrayBuffer>, name: string) => async () => shown(await readFile(content, name));
    await expect(open(npy("|b1", [2, 2], Uint8Array.of(1, 0, 1, 1)), "seen.npy")).rejects.toThrow(
      "seen (2, 2) is a mask: it says what each query may see",
    );
    await expect(open(npyFloats([1, 2, 300], new Array(600).fill(-1)), "logits.npy")).rejects.toThrow(
      "logits (1, 2, 300) is what a model scores each word of a vocabulary with, no attention",
    );
  });
});
