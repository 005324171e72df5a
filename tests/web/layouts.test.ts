/** Each layout of the table: which tensor is what, which axis is what, and which number stands where. */
import { describe, expect, test } from "vitest";
import { attentionData, type DataChoices, explain } from "../../web/src/figure/own/attention-data";
import { roles } from "../../web/src/formats/layouts/reading";
import { readLayout } from "../../web/src/formats/layouts/table";
import type { DataFile, NamedTensor } from "../../web/src/formats/tensor";
import { fromJson } from "../../web/src/formats/text/json";
import { causalMap } from "./support/number-files";

const asGuessed: DataChoices = { roles: null, axes: null, set: "", values: "guessed", sequence: 1 };

/** A tensor whose elements are their own indices, unless they are given. */
function tensor(name: string, shape: readonly number[], values?: readonly number[]): NamedTensor {
  const count = shape.reduce((product, length) => product * length, 1);
  return {
    name,
    shape,
    dtype: "F32",
    data: values ? Float32Array.from(values) : Float32Array.from({ length: count }, (_, i) => i),
  };
}
const fileOf = (tensors: readonly NamedTensor[], labels: DataFile["labels"] = {}): DataFile => ({ tensors, labels });
const read = (file: DataFile, choices: Partial<DataChoices> = {}) => attentionData(file, { ...asGuessed, ...choices });
const layoutOf = (file: DataFile) => readLayout(file).layout;
const assigned = (file: DataFile) => {
  const { parts } = read(file).set;
  return Object.fromEntries(roles.flatMap((role) => (parts[role] ? [[role, parts[role].family.id]] : [])));
};
/** The first element of the map of a layer and head, and what follows. */
function mapOf(file: DataFile, layer: number, head: number, choices: Partial<DataChoices> = {}): number[] {
  const { data } = read(file, choices);
  if (!("maps" in data)) throw new Error("there are no maps");
  return [...data.maps.matrix(layer, head)];
}
const words = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);

describe("layers of a model, a tensor each", () => {
  const layers = (count: number, heads: number, n: number, name: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => tensor(name(i), [1, heads, n, n], causalMap(n, (i + 1) / 100)));
  const lastOf = (file: DataFile, layer: number) => mapOf(file, layer, 0).at(-1);

  test.each([
    ["np.savez(file, *attentions)", (i: number) => `arr_${i}`],
    ["numbers alone", (i: number) => String(i)],
    ["layers of a model", (i: number) => `model.layers.${i}.self_attn`],
    ["llama.cpp", (i: number) => `kq_soft_max-${i}`],
    ["TransformerLens", (i: number) => `blocks.${i}.attn.hook_pattern`],
  ])("%s: in numeric order, whatever the order in the file", (_, name) => {
    const file = fileOf(layers(12, 1, 3, name).sort((a, b) => (a.name < b.name ? -1 : 1)));
    expect(explain(read(file).data)).toBe("weights: 12 layers, 1 head, 3 queries × 3 keys");
    for (let layer = 0; layer < 12; layer++) expect(lastOf(file, layer)).toBeCloseTo((layer + 1) / 100, 6);
  });

  test.each([2, 3])("%d equal squares are layers, not Q, K and V", (count) => {
    const file = fileOf(
      layers(count, 2, 4, (i) => `arr_${i}`).map((each) => ({
        ...each,
        data: new Float32Array([...causalMap(4), ...causalMap(4)]),
      })),
    );
    expect(explain(read(file).data)).toBe(`weights: ${count} layers, 2 heads, 4 queries × 4 keys`);
    expect(read(file).data.notes).toEqual([`arr_0 ${count === 2 ? "and" : "…"} arr_${count - 1} are read as layers`]);
  });

  test("two and three tensors of one width that are no squares are Q, K and V", () => {
    const shape = [1, 2, 5, 16];
    const file = fileOf([0, 1, 2].map((i) => tensor(`arr_${i}`, shape)));
    expect(assigned(file)).toEqual({ query: "arr_0", key: "arr_1", value: "arr_2" });
  });

  test("a tensor for each head, of each layer", () => {
    const file = fileOf(
      [0, 1].flatMap((layer) =>
        [0, 1, 2].map((head) => tensor(`layer${layer}_head${head}`, [2, 2], [1, 0, 0.5, 0.5 + layer + head / 10])),
      ),
    );
    expect(explain(read(file).data)).toBe("weights: 2 layers, 3 heads, 2 queries × 2 keys");
    expect(mapOf(file, 1, 2).at(-1)).toBeCloseTo(1.7, 6);
  });
});

describe("one tensor of many axes", () => {
  test.each<[string, number[], string]>([
    [
      "(layer, batch, head, query, key), as torch.stack makes it",
      [3, 1, 2, 4, 4],
      "weights: 3 layers, 2 heads, 4 queries × 4 keys",
    ],
    ["(batch, layer, head, query, key)", [1, 3, 2, 4, 4], "weights: 3 layers, 2 heads, 4 queries × 4 keys"],
    ["(layer, head, query, key)", [3, 2, 4, 4], "weights: 3 layers, 2 heads, 4 queries × 4 keys"],
    ["(batch, head, query, key)", [1, 2, 4, 4], "weights: 1 layer, 2 heads, 4 queries × 4 keys"],
    ["(head, query, key)", [2, 4, 4], "weights: 1 layer, 2 heads, 4 queries × 4 keys"],
    ["(query, key, head)", [4, 4, 2], "weights: 1 layer, 2 heads, 4 queries × 4 keys"],
  ])("%s", (_, shape, expected) => {
    expect(explain(read(fileOf([tensor("attentions", shape)])).data)).toBe(expected);
  });

  test("(query, key, head): each head has its own numbers", () => {
    expect(mapOf(fileOf([tensor("attention", [2, 2, 3])]), 0, 1)).toEqual([1, 4, 7, 10]);
  });

  test("a batch of 3 and 2 layers: asked which is which, and each sequence can be chosen", () => {
    const file = fileOf([tensor("arr", [2, 3, 2, 2, 2])]);
    const { data } = read(file);
    expect([explain(data), data.batches]).toEqual(["weights: 2 layers, 2 heads, 2 queries × 2 keys", 3]);
    expect(data.notes).toEqual(["which axis of arr (2, 3, 2, 2, 2) is the batch is a guess: 2 layers, a batch of 3"]);
    // Element (layer 1, batch 2, head 0, 0, 0) is 1 · 24 + 2 · 8.
    expect(mapOf(file, 1, 0, { sequence: 3 })[0]).toBe(40);
    const swapped = read(file, { axes: ["batch", "layer", "head", "query", "key"], sequence: 2 }).data;
    expect([explain(swapped), swapped.batches]).toEqual(["weights: 3 layers, 2 heads, 2 queries × 2 keys", 2]);
    expect(mapOf(file, 2, 0, { axes: ["batch", "layer", "head", "query", "key"], sequence: 2 })[0]).toBe(40);
  });

  test("axes that were chosen: transposed, and what is no matrix is named", () => {
    const file = fileOf([tensor("weights", [2, 3])]);
    expect(mapOf(file, 0, 0, { axes: ["key", "query"] })).toEqual([0, 3, 1, 4, 2, 5]);
    expect(() => read(file, { axes: ["query", "head"] })).toThrow(
      "of weights (2, 3) exactly one axis has to be the key, not 0",
    );
  });

  test("tokens of a batch, and too few of them", () => {
    const file = fileOf([tensor("attentions", [3, 2, 2, 2])], { tokens: words(6) });
    const { data } = read(file, { axes: ["batch", "head", "query", "key"], sequence: 2 });
    expect(data.keyTokens).toEqual(["t2", "t3"]);
    const short = fileOf([tensor("weights", [7, 7])], { tokens: words(6) });
    expect(read(short).data.notes).toEqual(["6 tokens for 7 positions: the axes are numbered"]);
  });

  test("token ids where there is no text", () => {
    const file = fileOf([tensor("attentions", [1, 1, 2, 2]), tensor("input_ids", [1, 2], [464, 3797])]);
    expect(read(file).data.keyTokens).toEqual(["464", "3797"]);
  });
});

describe("Q and K", () => {
  const pair = (shape: number[], other = shape, names = ["q", "k"]) => [
    tensor(names[0] ?? "", shape),
    tensor(names[1] ?? "", other),
  ];

  test("the number of tokens tells positions from heads", () => {
    const file = fileOf(pair([1, 5, 2, 4]), { tokens: words(5) });
    const { data } = read(file);
    expect(explain(data)).toBe("Q and K: 2 heads, 5 tokens, d_k 4");
    expect(data.queryTokens).toEqual(words(5));
    // Head 1, position 2: element (0, 2, 1, 0) is 2 · 8 + 4.
    expect("query" in data && data.query.data[(1 * 5 + 2) * 4]).toBe(20);
    expect(data.notes).toEqual(["positions come before heads"]);
    expect(explain(read(fileOf(pair([1, 2, 5, 4]), { tokens: words(5) })).data)).toBe(
      "Q and K: 2 heads, 5 tokens, d_k 4",
    );
  });

  test("where nothing tells, it is said, and the axes can be swapped", () => {
    const file = fileOf(pair([1, 5, 2, 4]));
    const { data } = read(file);
    expect(explain(data)).toBe("Q and K: 5 heads, 2 tokens, d_k 4");
    expect(data.notes).toEqual(["nothing tells positions from heads, and the axes can be swapped"]);
    const swapped = read(file, { axes: ["batch", "query", "head", "component"] }).data;
    expect(explain(swapped)).toBe("Q and K: 2 heads, 5 tokens, d_k 4");
  });

  test.each([
    ["TransformerLens", ["blocks.0.attn.hook_q", "blocks.0.attn.hook_k"]],
    ["llama.cpp", ["Qcur-0", "Kcur-0"]],
    ["flash attention", ["flash.q", "flash.k"]],
    ["vLLM", ["vllm.query", "vllm.key"]],
  ])("%s puts positions before heads", (_, names) => {
    expect(explain(read(fileOf(pair([7, 3, 4], [7, 3, 4], names))).data)).toBe("Q and K: 3 heads, 7 tokens, d_k 4");
  });

  test("more keys than queries, positions first: what differs between Q and K is the position", () => {
    expect(explain(read(fileOf(pair([1, 5, 2, 4], [1, 7, 2, 4]))).data)).toBe(
      "Q and K: 2 heads, 5 queries, 7 keys, d_k 4",
    );
    // Grouped queries differ in heads, by a whole factor.
    const { data } = read(fileOf(pair([1, 8, 5, 4], [1, 2, 5, 4])));
    expect("key" in data && data.key.shape).toEqual([1, 2, 5, 4]);
  });

  test("keys that are transposed already", () => {
    const { data } = read(fileOf(pair([2, 5, 4], [2, 4, 7])));
    expect(explain(data)).toBe("Q and K: 2 heads, 5 queries, 7 keys, d_k 4");
    // Head 0, key 1, component 2: element (0, 2, 1) is 2 · 7 + 1.
    expect("key" in data && data.key.data[1 * 4 + 2]).toBe(15);
  });

  test("TransformerLens: patterns before scores, rotated queries before others; layers in order", () => {
    const hooks = (layer: number) => [
      tensor(`blocks.${layer}.attn.hook_q`, [1, 3, 2, 4]),
      tensor(`blocks.${layer}.attn.hook_rot_q`, [1, 3, 2, 4]),
      tensor(`blocks.${layer}.attn.hook_rot_k`, [1, 3, 2, 4]),
      tensor(`blocks.${layer}.hook_resid_pre`, [1, 3, 8]),
    ];
    const projections = fileOf([...hooks(0), ...hooks(1)]);
    expect(assigned(projections)).toEqual({ query: "blocks.#.attn.hook_rot_q", key: "blocks.#.attn.hook_rot_k" });
    expect(explain(read(projections).data)).toBe("Q and K: 2 layers, 2 heads, 3 tokens, d_k 4");
    const scores = tensor("blocks.0.attn.hook_attn_scores", [1, 2, 3, 3]);
    expect(read(fileOf([...hooks(0), scores])).data).toMatchObject({ values: "scores" });
    const pattern = tensor("blocks.0.attn.hook_pattern", [1, 2, 3, 3]);
    expect(read(fileOf([...hooks(0), scores, pattern])).data).toMatchObject({ values: "weights" });
  });
});

describe("sets of maps", () => {
  const parts = {
    encoder_attentions: tensor("encoder_attentions", [2, 1, 7, 7]),
    decoder_attentions: tensor("decoder_attentions", [2, 1, 5, 5]),
    cross_attentions: tensor("cross_attentions", [2, 1, 5, 7]),
  };
  const labels = { encoder_tokens: words(7), decoder_tokens: words(5).map((word) => `d${word}`) };

  test("an encoder and a decoder: all three, each with its own tokens on its axes", () => {
    const file = fileOf(Object.values(parts), labels);
    expect(read(file).reading.sets.map(({ name }) => name)).toEqual(["encoder", "decoder", "cross"]);
    expect(explain(read(file).data)).toBe("weights: 2 layers, 1 head, 7 queries × 7 keys");
    const cross = read(file, { set: "cross" }).data;
    expect(explain(cross)).toBe("weights: 2 layers, 1 head, 5 queries × 7 keys");
    expect(cross).toMatchObject({ queryTokens: labels.decoder_tokens, keyTokens: labels.encoder_tokens });
    expect(read(file, { set: "decoder" }).data).toMatchObject({ keyTokens: labels.decoder_tokens });
  });

  test("a tensor for each layer of each", () => {
    const file = fileOf(
      ["encoder", "decoder", "cross"].flatMap((side) =>
        [0, 1].map((i) => ({
          ...(parts[`${side}_attentions` as keyof typeof parts] as NamedTensor),
          name: `${side}_attentions.${i}`,
        })),
      ),
    );
    expect(read(file).reading.sets.map(({ name }) => name)).toEqual(["encoder", "decoder", "cross"]);
  });

  test("without names, by their shapes", () => {
    const shapes = [
      [7, 7],
      [7, 7],
      [5, 5],
      [5, 5],
      [5, 7],
      [5, 7],
    ];
    const file = fileOf(shapes.map((shape, i) => tensor(`arr_${i}`, [1, 2, ...shape])));
    const found = read(file).reading;
    expect([found.layout, ...found.sets.map(({ name }) => name)]).toEqual([
      "encoder and decoder by shape",
      "encoder",
      "decoder",
      "cross",
    ]);
    expect(explain(read(file, { set: "cross" }).data)).toBe("weights: 2 layers, 2 heads, 5 queries × 7 keys");
  });

  test("BertViz: an entry for each choice of its menu, with its texts", () => {
    const entry = (name: string, attn: unknown) => ({ name, attn, left_text: ["a", "b"], right_text: ["c", "d"] });
    const file = fromJson(
      {
        attention: [
          entry("Encoder", [
            [
              [
                [1, 0],
                [0, 1],
              ],
            ],
          ]),
          entry("Cross", [
            [
              [
                [0.5, 0.5],
                [0, 1],
              ],
            ],
          ]),
        ],
        default_filter: "0",
      },
      "data",
    );
    expect(read(file).reading.sets.map(({ name }) => name)).toEqual(["Encoder", "Cross"]);
    expect(read(file, { set: "Cross" }).data).toMatchObject({ queryTokens: ["a", "b"], keyTokens: ["c", "d"] });
    expect(mapOf(file, 0, 0, { set: "Cross" })).toEqual([0.5, 0.5, 0, 1]);
  });

  test("CircuitsVis: tokens and attention, of one head or of several", () => {
    const map = [
      [1, 0],
      [0.25, 0.75],
    ];
    expect(read(fromJson({ tokens: ["a", "b"], attention: map }, "data")).data).toMatchObject({
      keyTokens: ["a", "b"],
    });
    expect(explain(read(fromJson({ tokens: ["a", "b"], attention: [map, map, map] }, "data")).data)).toBe(
      "weights: 1 layer, 3 heads, 2 queries × 2 keys",
    );
  });

  test("two files are two sets", () => {
    const file = fileOf(["clean", "patched"].map((name) => tensor(`${name}/attn`, [1, 2, 3, 3])));
    expect(read(file).reading.sets.map(({ name }) => name)).toEqual(["clean/attn", "patched/attn"]);
  });
});

describe("maps that are no squares", () => {
  test("the growing steps of generate make one map of each head", () => {
    const step = (i: number, layer: number) => {
      const [queries, keys] = i === 0 ? [3, 3] : [1, 3 + i];
      const values = Array.from({ length: 2 * queries * keys }, () => i + layer / 10);
      return tensor(`${i}.${layer}`, [1, 2, queries, keys], values);
    };
    const file = fileOf([0, 1, 2].flatMap((i) => [step(i, 0), step(i, 1)]));
    expect(layoutOf(file)).toBe("steps of generate");
    expect(explain(read(file).data)).toBe("weights: 2 layers, 2 heads, 5 queries × 5 keys");
    const map = mapOf(file, 1, 0);
    expect(map.slice(15, 20)).toEqual([1.1, 1.1, 1.1, 1.1, 0].map(Math.fround));
    expect(map.slice(20)).toEqual([2.1, 2.1, 2.1, 2.1, 2.1].map(Math.fround));
  });

  test("Longformer's band: each column is a key beside the query", () => {
    // Four queries, one key before and one after each.
    const band = [0, 0.5, 0.5, 0.2, 0.3, 0.5, 0.1, 0.2, 0.7, 0.4, 0.6, 0];
    const file = fileOf([tensor("attentions", [1, 1, 4, 3], band)]);
    expect(layoutOf(file)).toBe("a band of keys");
    expect(mapOf(file, 0, 0)).toEqual(
      [0.5, 0.5, 0, 0, 0.2, 0.3, 0.5, 0, 0, 0.1, 0.2, 0.7, 0, 0, 0.4, 0.6].map(Math.fround),
    );
    // With a column for a key that all queries see.
    const withGlobal = band.flatMap((value, i) => (i % 3 === 0 ? [0.25, value] : [value]));
    const global = fileOf([tensor("attentions", [1, 1, 4, 4], withGlobal)]);
    expect(layoutOf(global)).toBe("names");
    const long = fileOf([
      tensor("attentions", [1, 1, 5, 4], [...withGlobal.slice(0, 12), 0.25, 0.1, 0.2, 0.7, 0.25, 0.4, 0.6, 0]),
    ]);
    expect(layoutOf(long)).toBe("a band of keys");
    expect(mapOf(long, 0, 0).slice(0, 5)).toEqual([0.75, 0.5, 0, 0, 0]);
  });

  test("a last column that is a sink", () => {
    const rows = [
      [0.4, 0, 0, 0.6],
      [0.2, 0.3, 0, 0.5],
      [0.1, 0.2, 0.3, 0.4],
    ].flat();
    const file = fileOf([tensor("weights", [3, 4], rows)], { tokens: words(3) });
    const { set, data } = read(file);
    expect(set.sink).toBe("last");
    expect(data.keyTokens).toEqual(["t0", "t1", "t2", "sink"]);
    expect(data.notes).toEqual(["the last column is read as a sink, which is no token"]);
    // A key more in a cache is none: its first query sees the first two keys.
    const cached = fileOf([tensor("weights", [3, 4], [0.5, 0.5, 0, 0, 0.3, 0.3, 0.4, 0, 0.25, 0.25, 0.25, 0.25])]);
    expect(read(cached).set.sink).toBeUndefined();
  });
});

describe("what is no attention is refused by what it is", () => {
  test.each<[string, NamedTensor[]]>([
    [
      "it is a checkpoint: 2 tensors of parameters such as h.0.attn.c_attn.weight (4, 12), no attention. Open it in the explorer",
      [tensor("h.0.attn.c_attn.weight", [4, 12]), tensor("h.0.attn.c_attn.bias", [12])],
    ],
    [
      "it is a checkpoint: 3 tensors of parameters such as model.embed_tokens.weight (9, 4)",
      [
        tensor("model.embed_tokens.weight", [9, 4]),
        tensor("model.norm.weight", [4]),
        tensor("layers.0.self_attn.q_proj.weight", [4, 4]),
      ],
    ],
    ["it is a checkpoint: 1 tensor of parameters such as wte.weight (9, 4)", [tensor("wte.weight", [9, 4])]],
    ["hidden_states (1, 3, 8) is hidden states, vectors of tokens, no attention", [tensor("hidden_states", [1, 3, 8])]],
    [
      "arr_0 … arr_4 (1, 3, 8) are hidden states",
      [0, 1, 2, 3, 4].map((i) =>
        tensor(
          `arr_${i}`,
          [1, 3, 8],
          Array.from({ length: 24 }, (_, at) => Math.sin(at + 1)),
        ),
      ),
    ],
    ["embeddings (9, 4) is an embedding", [tensor("embeddings", [9, 4])]],
    ["x (9000, 64) is an embedding, a vector for each token", [{ ...tensor("x", [1, 1]), shape: [9000, 64] }]],
  ])("%s", (message, tensors) => {
    expect(() => readLayout(fileOf(tensors))).toThrow(message);
  });

  test("beside attention such tensors are no matter, and the reader may say that they are maps", () => {
    expect(assigned(fileOf([tensor("hidden_states", [1, 3, 8]), tensor("attentions", [1, 1, 3, 3])]))).toEqual({
      weights: "attentions",
    });
    const file = fileOf([tensor("hidden_states", [1, 3, 8])]);
    expect(explain(read(file, { roles: { weights: "hidden_states" } }).data)).toBe(
      "weights: 1 layer, 1 head, 3 queries × 8 keys",
    );
  });
});
