import { model, node, scalar, value } from "../onnx.mjs";
import { causalBias, headsLast, transposed } from "../works.mjs";

/**
 * The ways that ONNX Runtime (`ort`: its module for Node or for browsers) has for a work; the fastest is the one to compare with.
 * Each: { name, prepare() → { run(), output() } }.
 */
export function onnxruntimeWays(ort, work, inputs) {
  const graphs = [matrixProducts, multiHead, ...(work.causal ? [groupQuery] : []), operator];
  return graphs.map((graph) => ({ name: graph.title, prepare: () => prepare(ort, graph(work, inputs)) }));
}

async function prepare(ort, { graph, feeds, shapeOutput }) {
  const session = await ort.InferenceSession.create(model(graph), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
  });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, [type, data, shape]]) => [name, new ort.Tensor(type, data, shape)]),
  );
  let output;
  return {
    run: async () => {
      ({ output } = await session.run(tensors));
    },
    output: () => shapeOutput(output.data),
    release: () => session.release(),
  };
}

/** Products and softmax one after the other; K comes transposed, which is not timed. */
function matrixProducts({ heads, length, dim, causal }, { query, key, value: values }) {
  const shape = [heads, length, dim];
  return {
    graph: {
      nodes: [
        node("Mul", ["query", "scale"], ["scaled"]),
        node("MatMul", ["scaled", "key"], ["logits"]),
        ...(causal ? [node("Add", ["logits", "bias"], ["biased"])] : []),
        node("Softmax", [causal ? "biased" : "logits"], ["weights"]),
        node("MatMul", ["weights", "value"], ["output"]),
      ],
      constants: [scalar("scale", 1 / Math.sqrt(dim))],
      inputs: [
        value("query", shape),
        value("key", [heads, dim, length]),
        value("value", shape),
        ...(causal ? [value("bias", [length, length])] : []),
      ],
      outputs: [value("output", shape)],
    },
    feeds: {
      query: ["float32", query, shape],
      key: ["float32", transposed(key, heads, length, dim), [heads, dim, length]],
      value: ["float32", values, shape],
      ...(causal ? { bias: ["float32", causalBias(length), [length, length]] } : {}),
    },
    shapeOutput: (data) => data,
  };
}
matrixProducts.title = "MatMul, Softmax, MatMul";

/** The operators that take (batch, length, heads · dim). */
function headsLastGraph({ heads, length, dim }, { query, key, value: values }, operatorNode, extra = {}) {
  const shape = [1, length, heads * dim];
  const feed = (data) => ["float32", headsLast(data, heads, length, dim), shape];
  return {
    graph: {
      nodes: [operatorNode],
      inputs: [value("query", shape), value("key", shape), value("value", shape), ...(extra.inputs ?? [])],
      outputs: [value("output", shape), ...(extra.outputs ?? [])],
    },
    feeds: { query: feed(query), key: feed(key), value: feed(values), ...extra.feeds },
    shapeOutput: (data) => headsLast(data, length, heads, dim),
  };
}

function multiHead(work, inputs) {
  const attributes = { domain: "com.microsoft", num_heads: work.heads, unidirectional: work.causal ? 1 : 0 };
  return headsLastGraph(work, inputs, node("MultiHeadAttention", ["query", "key", "value"], ["output"], attributes));
}
multiHead.title = "MultiHeadAttention";

function groupQuery(work, inputs) {
  const { heads, length, dim } = work;
  const attributes = { domain: "com.microsoft", num_heads: heads, kv_num_heads: heads };
  const names = ["query", "key", "value", "", "", "seqlens_k", "total_sequence_length"];
  return headsLastGraph(
    work,
    inputs,
    node("GroupQueryAttention", names, ["output", "present_key", "present_value"], attributes),
    {
      inputs: [value("seqlens_k", [1], "int32"), value("total_sequence_length", [1], "int32")],
      outputs: ["present_key", "present_value"].map((name) => value(name, [1, heads, length, dim])),
      feeds: {
        seqlens_k: ["int32", Int32Array.of(length - 1), [1]],
        total_sequence_length: ["int32", Int32Array.of(length), [1]],
      },
    },
  );
}
groupQuery.title = "GroupQueryAttention";

function operator({ heads, length, dim, causal }, { query, key, value: values }) {
  const shape = [1, heads, length, dim];
  return {
    graph: {
      nodes: [node("Attention", ["query", "key", "value"], ["output"], { is_causal: causal ? 1 : 0 })],
      inputs: ["query", "key", "value"].map((name) => value(name, shape)),
      outputs: [value("output", shape)],
    },
    feeds: { query: ["float32", query, shape], key: ["float32", key, shape], value: ["float32", values, shape] },
    shapeOutput: (data) => data,
  };
}
operator.title = "Attention";
