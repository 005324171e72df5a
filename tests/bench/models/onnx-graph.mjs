import { field } from "../onnx.mjs";
import { shape, tensors } from "./gpt2.mjs";

// GPT-2 as an ONNX graph (opset 17 and Microsoft's FastGelu); weights lie in a file beside it.

const float32 = 1;
const int64 = 7;

const attribute = {
  int: (name, value) => [...field.text(1, name), ...field.int(3, value), ...field.int(20, 2)],
  float: (name, value) => [...field.text(1, name), ...field.float(2, value), ...field.int(20, 1)],
  ints: (name, values) => [...field.text(1, name), ...values.flatMap((v) => field.int(8, v)), ...field.int(20, 7)],
};

const dimension = (size) => field.bytes(1, typeof size === "string" ? field.text(2, size) : field.int(1, size));

const value = (name, dims, type = float32) => [
  ...field.text(1, name),
  ...field.bytes(2, field.bytes(1, [...field.int(1, type), ...field.bytes(2, dims.flatMap(dimension))])),
];

const wholeNumbers = (name, numbers) => [
  ...field.int(1, numbers.length),
  ...field.int(2, int64),
  ...field.text(8, name),
  ...field.bytes(9, new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer)),
];

const scalar = (name, number) => [
  ...field.int(2, float32),
  ...field.text(8, name),
  ...field.bytes(9, new Uint8Array(Float32Array.of(number).buffer)),
];

const pair = (key, text) => field.bytes(13, [...field.text(1, key), ...field.text(2, String(text))]);

const weights = (name, dims, file, offset, length) => [
  ...dims.flatMap((size) => field.int(1, size)),
  ...field.int(2, float32),
  ...field.text(8, name),
  ...[...pair("location", file), ...pair("offset", offset), ...pair("length", length)],
  ...field.int(14, 1),
];

/**
 * The graph as bytes: ids, positions and a mask (N, T) of 0 and −∞ → logits of the last token. `maps`: also the attention
 * weights, att0 …. `cache`: keys and values of earlier tokens come in as pk0, pv0 … and go out as nk0, nv0 …. Tensors lie in
 * `file` in the order of tensors(), from `start` on.
 */
export function gpt2Graph({ maps = false, cache = false }, file, start) {
  const { layers, heads, headDim, width, vocabulary, epsilon } = shape;
  const nodes = [];
  const inputs = [value("ids", ["N"], int64), value("positions", ["N"], int64), value("mask", ["N", "T"])];
  const outputs = [value("logits", [1, vocabulary])];
  const add = (type, from, to, attributes = [], domain = "") => {
    nodes.push([
      ...from.flatMap((name) => field.text(1, name)),
      ...to.flatMap((name) => field.text(2, name)),
      ...field.text(4, type),
      ...attributes.flatMap((bytes) => field.bytes(5, bytes)),
      ...(domain ? field.text(7, domain) : []),
    ]);
    return to[0];
  };
  const linear = (x, name, to) => add("Gemm", [x, `${name}.weight`, `${name}.bias`], [to]);
  const norm = (x, name, to) =>
    add(
      "LayerNormalization",
      [x, `${name}.weight`, `${name}.bias`],
      [to],
      [attribute.int("axis", -1), attribute.float("epsilon", epsilon)],
    );
  const transpose = (x, order, to) => add("Transpose", [x], [to], [attribute.ints("perm", order)]);

  add("Gather", ["wte.weight", "ids"], ["of_tokens"]);
  add("Gather", ["wpe.weight", "positions"], ["of_positions"]);
  let x = add("Add", ["of_tokens", "of_positions"], ["x"]);
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    const named = (name) => `${name}_${layer}`;
    linear(norm(x, `${block}.ln_1`, named("a")), `${block}.attn.c_attn`, named("qkv"));
    add("Reshape", [named("qkv"), "to_heads"], [named("by_head")]);
    transpose(named("by_head"), [1, 2, 0, 3], named("heads"));
    add("Split", [named("heads"), "thirds"], ["q", "k", "v"].map(named), [attribute.int("axis", 0)]);
    let [key, values] = [named("k"), named("v")];
    if (cache) {
      for (const of of ["k", "v"]) {
        inputs.push(value(`p${of}${layer}`, [1, heads, "P", headDim]));
        outputs.push(value(`n${of}${layer}`, [1, heads, "T", headDim]));
      }
      key = add("Concat", [`pk${layer}`, key], [`nk${layer}`], [attribute.int("axis", 2)]);
      values = add("Concat", [`pv${layer}`, values], [`nv${layer}`], [attribute.int("axis", 2)]);
    }
    add("MatMul", [named("q"), transpose(key, [0, 1, 3, 2], named("kt"))], [named("products")]);
    add("Mul", [named("products"), "scale"], [named("scaled")]);
    add("Add", [named("scaled"), "mask"], [named("masked")]);
    const attention = add("Softmax", [named("masked")], [`att${layer}`], [attribute.int("axis", -1)]);
    if (maps) outputs.push(value(attention, [1, heads, "N", "T"]));
    add("MatMul", [attention, values], [named("mixed")]);
    add("Reshape", [transpose(named("mixed"), [0, 2, 1, 3], named("joined")), "to_rows"], [named("rows")]);
    x = add("Add", [x, linear(named("rows"), `${block}.attn.c_proj`, named("attended"))], [named("x1")]);
    const up = linear(norm(x, `${block}.ln_2`, named("b")), `${block}.mlp.c_fc`, named("up"));
    const active = add("FastGelu", [up], [named("active")], [], "com.microsoft");
    x = add("Add", [x, linear(active, `${block}.mlp.c_proj`, named("down"))], [named("x2")]);
  }
  add("Slice", [x, "last", "end", "rows_axis"], ["last_row"]);
  add("Gemm", [norm("last_row", "ln_f", "normed"), "wte.weight"], ["logits"], [attribute.int("transB", 1)]);

  const constants = [
    wholeNumbers("to_heads", [-1, 3, heads, headDim]),
    wholeNumbers("to_rows", [-1, width]),
    wholeNumbers("thirds", [1, 1, 1]),
    wholeNumbers("last", [-1]),
    wholeNumbers("end", [2 ** 31 - 1]),
    wholeNumbers("rows_axis", [0]),
    scalar("scale", 1 / Math.sqrt(headDim)),
  ];
  let offset = start;
  for (const { name, dims, size } of tensors()) {
    constants.push(weights(name, dims, file, offset, 4 * size));
    offset += 4 * size;
  }
  const operatorSet = (domain, version) =>
    field.bytes(8, [...(domain ? field.text(1, domain) : []), ...field.int(2, version)]);
  const graph = [
    ...nodes.flatMap((bytes) => field.bytes(1, bytes)),
    ...field.text(2, "gpt2"),
    ...constants.flatMap((bytes) => field.bytes(5, bytes)),
    ...inputs.flatMap((bytes) => field.bytes(11, bytes)),
    ...outputs.flatMap((bytes) => field.bytes(12, bytes)),
  ];
  return Uint8Array.from([
    ...field.int(1, 8),
    ...field.bytes(7, graph),
    ...operatorSet("", 17),
    ...operatorSet("com.microsoft", 1),
  ]);
}
