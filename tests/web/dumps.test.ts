/** Arrays as libraries leave them: steps of a generation, caches, fused projections, padded keys, masks of both kinds; and what is none. */
import { beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { attentionData, type DataChoices, explain } from "../../web/src/figure/own/attention-data";
import { attentionMaps } from "../../web/src/figure/own/attention-maps";
import { readFile } from "../../web/src/formats/read-file";
import { fakePool } from "./fake-pool";
import { npy, npyFloats, npyText, npz, safetensors } from "./support/number-files";

let engine: Engine;
beforeAll(async () => {
  engine = new Engine(fakePool(await loadHeed()));
});

const asGuessed: DataChoices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 };
const plain = { causal: false, isAlignedAtEnd: false, temperature: 1, softcap: 0, unit: 1 };
const count = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const waves = (...shape: number[]) =>
  npyFloats(
    shape,
    Array.from({ length: count(shape) }, (_, i) => Math.sin(1.7 * i)),
  );
/** Rows of equal weights. */
const even = (...shape: number[]) => npyFloats(shape, new Array(count(shape)).fill(1 / (shape.at(-1) ?? 1)));
const words = (length: number) => npyText(Array.from({ length }, (_, i) => `t${i}`));
const open = (arrays: Record<string, Uint8Array>) => readFile(npz(arrays), "file.npz");
const read = async (arrays: Record<string, Uint8Array>, choices: Partial<DataChoices> = {}) =>
  attentionData(await open(arrays), { ...asGuessed, ...choices }).data;
const said = async (arrays: Record<string, Uint8Array>) => explain(await read(arrays));
const notes = async (arrays: Record<string, Uint8Array>) => (await read(arrays)).notes;
const rows = async (arrays: Record<string, Uint8Array>) => {
  const map = await (await attentionMaps(await read(arrays), plain, engine)).map(0);
  return Array.from({ length: map.queries }, (_, i) => [...map.weights.subarray(i * map.keys, (i + 1) * map.keys)]);
};

describe("steps of generate", () => {
  const shapes = [0, 1, 2].flatMap((step) => [0, 1].map(() => [1, 2, step === 0 ? 4 : 1, 4 + step]));
  const weights = (shape: number[], mark: number) => {
    const values = new Array<number>(count(shape)).fill(1 / (shape.at(-1) ?? 1));
    values[0] = mark;
    return npyFloats(shape, values);
  };

  test("all tuples of all steps, flattened into arr_0, arr_1, …", async () => {
    const file = Object.fromEntries(shapes.map((shape, i) => [`arr_${i}`, weights(shape, i)]));
    expect(await said(file)).toBe("weights: 2 layers, 2 heads, 6 queries × 6 keys");
    const data = await read(file);
    // Layer 1 of step 2 is arr_5, its row the sixth.
    expect("maps" in data && data.maps.matrix(1, 0)[5 * 6]).toBe(5);
    expect(data.notes).toEqual(["arr_0 … arr_5 are read as the steps of a generation"]);
  });

  test("a tensor of all layers for each step, with and without the batch", async () => {
    expect(await said({ step_0: even(3, 1, 2, 4, 4), step_1: even(3, 1, 2, 1, 5), step_2: even(3, 1, 2, 1, 6) })).toBe(
      "weights: 3 layers, 2 heads, 6 queries × 6 keys",
    );
    expect(await said({ step_0: even(3, 2, 1, 5), step_1: even(3, 2, 1, 6) })).toBe(
      "weights: 3 layers, 2 heads, 2 queries × 6 keys",
    );
  });

  test("cross attention has the same keys at every step", async () => {
    const names = [0, 1, 2].flatMap((step) => [0, 1].map((layer) => `cross_${step}_${layer}`));
    expect(await said(Object.fromEntries(names.map((name) => [name, even(1, 2, 1, 7)])))).toBe(
      "weights: 2 layers, 2 heads, 3 queries × 7 keys",
    );
  });

  test("the layers of one step are no Q, K and V", async () => {
    expect(await said({ layer_0: even(1, 2, 1, 8), layer_1: even(1, 2, 1, 8), layer_2: even(1, 2, 1, 8) })).toBe(
      "weights: 3 layers, 2 heads, 1 query × 8 keys",
    );
  });
});

describe("positions before heads", () => {
  test.each<[string, number[], number[], string]>([
    ["grouped queries", [1, 10, 8, 16], [1, 10, 2, 16], "Q and K: 8 heads, 10 tokens, d_k 16"],
    ["one query and a cache", [1, 1, 8, 16], [1, 20, 8, 16], "Q and K: 8 heads, 1 query, 20 keys, d_k 16"],
    ["heads first: grouped queries", [1, 8, 10, 16], [1, 2, 10, 16], "Q and K: 8 heads, 10 tokens, d_k 16"],
    ["heads first: one query and a cache", [1, 8, 1, 16], [1, 8, 20, 16], "Q and K: 8 heads, 1 query, 20 keys, d_k 16"],
    [
      "heads first: twice as many queries as keys",
      [1, 8, 10, 16],
      [1, 8, 5, 16],
      "Q and K: 8 heads, 10 queries, 5 keys, d_k 16",
    ],
  ])("%s", async (_, query, key, expected) =>
    expect(await said({ q: waves(...query), k: waves(...key) })).toBe(expected),
  );
});

describe("keys that are padded", () => {
  const padded = (rest: number) =>
    [0, 1, 2].flatMap((query) =>
      Array.from({ length: 16 }, (_, key) => (key > query ? rest : rest === 0 ? 1 / (query + 1) : 1)),
    );

  test("weights of llama.cpp: keys that no query sees are left out, which is said, and the tokens fit", async () => {
    const file = { "kq_soft_max-0": npyFloats([1, 3, 16], padded(0)), tokens: words(3) };
    const data = await read(file);
    expect(explain(data)).toBe("weights: 1 layer, 1 head, 3 queries × 3 keys");
    expect(data.notes).toEqual(["no query has weight for the last 13 of 16 keys: read as padding, and left out"]);
    expect(data.keyTokens).toEqual(["t0", "t1", "t2"]);
    expect("maps" in data && [...data.maps.matrix(0, 0)].map((value) => Number(value.toFixed(3)))).toEqual([
      1, 0, 0, 0.5, 0.5, 0, 0.333, 0.333, 0.333,
    ]);
  });

  test("scores of −∞; a key that one head sees is kept, and so are keys that have names", async () => {
    expect(await said({ "kq-0": npyFloats([1, 3, 16], padded(Number.NEGATIVE_INFINITY)) })).toBe(
      "scores: 1 layer, 1 head, 3 queries × 3 keys",
    );
    const second = padded(0);
    second[2 * 16 + 9] = 0.5;
    expect(await said({ attn: npyFloats([2, 3, 16], [...padded(0), ...second]) })).toMatch("3 queries × 10 keys");
    expect(await said({ attn: npyFloats([1, 3, 16], padded(0)), keyTokens: words(16) })).toMatch("3 queries × 16 keys");
    expect(await said({ attn: npyFloats([1, 2], [1, 0]) })).toMatch("1 query × 2 keys");
  });
});

describe("masks", () => {
  const projections = {
    q: npyFloats([1, 1, 3, 2], new Array(6).fill(0)),
    k: npyFloats([1, 1, 3, 2], new Array(6).fill(0)),
  };
  const bools = (shape: number[], values: number[]) => npy("|b1", shape, Uint8Array.from(values));

  test("true may see, as in transformers; true is hidden, as in torch.nn: both give the same", async () => {
    const causal = [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [expect.closeTo(1 / 3, 6), expect.closeTo(1 / 3, 6), expect.closeTo(1 / 3, 6)],
    ];
    const seen = { ...projections, mask: bools([3, 3], [1, 0, 0, 1, 1, 0, 1, 1, 1]) };
    const hidden = { ...projections, attn_mask: bools([3, 3], [0, 1, 1, 0, 0, 1, 0, 0, 0]) };
    expect(await rows(seen)).toEqual(causal);
    expect(await rows(hidden)).toEqual(causal);
    expect(await notes(seen)).toContain("mask is read as true (1) where a key may be seen");
    expect(await notes(hidden)).toContain("attn_mask is read as true (1) where a key is hidden");
  });

  test("key_padding_mask is true where keys are padding", async () => {
    expect((await rows({ ...projections, key_padding_mask: bools([1, 3], [0, 0, 1]) }))[0]).toEqual([0.5, 0.5, 0]);
  });

  test("two masks of finfo.min and a bias are added: twice finfo.min hides, once does not", async () => {
    const least = -3.4028235e38;
    const attention_mask = npyFloats([1, 1, 3, 3], [0, least, least, 0, 0, least, least, least, least]);
    const position_bias = npyFloats([1, 1, 1, 3], [0, 0, least]);
    const [first, , last] = await rows({ ...projections, attention_mask, position_bias });
    expect(first).toEqual([1, 0, 0]);
    // Row 2: finfo.min, finfo.min and −∞.
    expect(last).toEqual([0.5, 0.5, 0]);
    const both = npyFloats([1, 1, 3, 3], new Array(9).fill(least));
    expect(await rows({ ...projections, attention_mask: both, position_bias: both })).toEqual(
      new Array(3).fill([0, 0, 0]),
    );
  });
});

describe("numbers", () => {
  test("whole numbers are multiplied by the scale beside them, which is said", async () => {
    const file = await readFile(
      safetensors({
        attn: { dtype: "U8", shape: [1, 2, 2], bytes: Uint8Array.of(255, 0, 51, 204) },
        attn_scale: { dtype: "F32", shape: [1], bytes: new Uint8Array(Float32Array.of(1 / 255).buffer) },
      }),
      "quantised.safetensors",
    );
    const { data } = attentionData(file, asGuessed);
    expect("maps" in data && data.maps.matrix(0, 0)[3]).toBeCloseTo(0.8, 6);
    expect(data.notes).toEqual(["its whole numbers are multiplied by attn_scale, 0.003922"]);
  });

  test("a row of NaN does not turn float8 weights around", async () => {
    const bytes = new Uint8Array(16).fill(0x34);
    bytes[6] = 0x7e;
    const file = await readFile(safetensors({ attn: { dtype: "F8_E5M2", shape: [1, 4, 4], bytes } }), "f8.safetensors");
    expect(attentionData(file, asGuessed).data.notes).toEqual([]);
  });

  test("logarithms of weights are scores, whatever their name begins with", async () => {
    const logs = npyFloats([2, 2], [0, Number.NEGATIVE_INFINITY, Math.log(0.25), Math.log(0.75)]);
    const [first, second] = await rows({ log_probs: logs });
    expect(first).toEqual([1, 0]);
    expect(second?.[1]).toBeCloseTo(0.75, 6);
  });

  test("a list of tokens that fits the queries alone is said not to fit the keys", async () => {
    expect(await notes({ attn: even(1, 3, 4), tokens: words(3) })).toEqual([
      "3 tokens for 4 keys: the keys are numbered",
    ]);
    expect(await notes({ attn: even(1, 3, 4), tokens: words(4) })).toEqual([]);
  });
});

describe("what is not shown, and what is no attention", () => {
  test("maps that are left out are named, and several of them can be chosen", async () => {
    const four = { gpt: even(4, 4), bert: even(4, 4), t5: even(4, 4), opt: even(4, 4) };
    expect(attentionData(await open(four), asGuessed).reading.sets.map(({ name }) => name)).toEqual([
      "gpt",
      "bert",
      "t5",
      "opt",
    ]);
    expect(await notes({ attn: even(2, 4, 4), other: even(4, 4), third: even(5, 5) })).toEqual([
      "other (4, 4) and 1 more look like weights too, and can be chosen",
    ]);
    expect(await notes({ first: waves(1, 2, 5, 16), second: waves(1, 2, 5, 16) })).toContain(
      "first is read as Q, second as K",
    );
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      "keys and values of a cache",
      { key_cache: waves(4, 16, 2, 8), value_cache: waves(4, 16, 2, 8) },
      /read as K, but there is no Q/,
    ],
    ["Q, K and V in one", { qkv: waves(2, 10, 3, 4, 16) }, /holds Q, K and V in one: save each on its own/],
    ["queries alone", { q: waves(1, 2, 5, 8) }, /read as Q, but there is no K/],
    ["outputs of heads", { "blocks.0.attn.hook_z": waves(1, 6, 4, 8) }, /hidden states, vectors of tokens/],
    [
      "nameless hidden states",
      { arr_0: waves(13, 1, 9, 768) },
      /looks like hidden states or embeddings, 9 vectors of 768/,
    ],
    [
      "a picture",
      {
        arr_0: npy(
          "|u1",
          [16, 16, 3],
          Uint8Array.from({ length: 768 }, (_, i) => (7 * i) % 256),
        ),
      },
      /is a picture/,
    ],
  ])("%s", async (_, arrays, expected) => await expect(async () => read(arrays)).rejects.toThrow(expected));

  test("scores by name may be as wide as hidden states", async () => {
    expect(await said({ scores: waves(1, 9, 768) })).toBe("scores: 1 layer, 1 head, 9 queries × 768 keys");
  });
});
