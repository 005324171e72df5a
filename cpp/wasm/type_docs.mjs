/**
 * What the types of heed-core's binding say to who uses them: Emscripten writes down what bindings.cpp registers, without a
 * word. web/build/core-types.mjs puts these in.
 */

/** Names of arguments' types, which the binding spells out in place: of which function, which argument. */
export const argumentNames = {
  AttentionInputs: ["attention", 0],
  AttentionOptions: ["attention", 1],
  WeightsInputs: ["attentionWeights", 0],
  WeightsBlock: ["attentionWeights", 1],
  MultiHeadInputs: ["multiHeadAttention", 0],
  NotebookOptions: ["notebook", 0],
  LongHeadInputs: ["longHead", 0],
  HandmadeOptions: ["handmadeLongHead", 0],
  MapRequest: ["map", 0],
};

/** Names of other types that are spelled out. */
export const typeNames = {
  Mask: "{ data: Uint8Array; shape: ArrayLike<number> }",
  Bias: "{ data: Float32Array; shape: ArrayLike<number> }",
};

export const docs = {
  Tensor: "An array of four axes, row-major.",
  "Tensor.data": "As many numbers as the shape has elements.",
  "Tensor.shape": "(batch, heads, length, dim).",
  Mask: "Which keys each query may attend to.",
  "Mask.data": "As many bytes as the shape has elements: 1 = may attend, 0 = may not.",
  "Mask.shape":
    "(batch, heads, queries, keys) or its last one to three axes, each its size or 1: broadcast as in NumPy and ONNX.",
  Bias: "What is added to the logits.",
  "Bias.data": "As many numbers as the shape has elements; −∞ hides a key.",
  "Bias.shape":
    "(batch, heads, queries, keys) or its last one to three axes, each its size or 1: broadcast as in NumPy and ONNX.",
  TensorShape: "(batch, heads, length, dim).",

  AttentionInputs:
    "Q, K and V. Heads of Q are a multiple of heads of K and V: query head h uses key head ⌊h · kvHeads / heads⌋.",
  "AttentionInputs.query": "(batch, heads, queries, d_k).",
  "AttentionInputs.key": "(batch, kvHeads, keys, d_k).",
  "AttentionInputs.value": "(batch, kvHeads, keys, d_v).",

  AttentionOptions:
    "What is done beyond softmax(QKᵀ/√d_k)V, in this order: s = scale / temperature · q·k; s = softcap · tanh(s / softcap); s = s + bias; s = −∞ where a key is hidden. As the ONNX operator Attention has it.",
  "AttentionOptions.scale": "1/√d_k by default. Finite.",
  "AttentionOptions.temperature": "Divides the scale; 1 by default. Above 0.",
  "AttentionOptions.softcap": "Above 0: logits stay between ±softcap. 0, the default: none.",
  "AttentionOptions.mask": "1 = may attend, 0 = may not.",
  "AttentionOptions.bias": "Added to the logits; −∞ hides a key, a finite number, however low, does not.",
  "AttentionOptions.causal": "Query i sees keys j ≤ i + queryOffset.",
  "AttentionOptions.window":
    "Query i sees keys from i + queryOffset − left to i + queryOffset + right; null leaves a side open.",
  "AttentionOptions.queryOffset": "The place of query 0 among the keys: how many are cached. 0 by default.",
  "AttentionOptions.keyLengths": "For each of the batch, how many keys are no padding.",
  "AttentionOptions.weights": "Also return weights and logits, which take memory for queries × keys.",
  "AttentionOptions.logits": "false: no logits beside the weights.",
  "AttentionOptions.reuse": "An earlier result whose arrays may be written over.",

  AttentionResult:
    "What attention computed. A query that sees no key has weights, output and entropy 0 and logSumExp −∞.",
  "AttentionResult.output": "(batch, heads, queries, d_v).",
  "AttentionResult.logSumExp": "(batch, heads, queries, 1): the logarithm of the sum under each row's softmax.",
  "AttentionResult.entropy": "(batch, heads, queries, 1), in nats.",
  "AttentionResult.visibleKeys": "(batch, heads, queries, 1): how many keys each query sees.",
  "AttentionResult.weights": "(batch, heads, queries, keys), where they were asked for.",
  "AttentionResult.logits": "(batch, heads, queries, keys), where weights were asked for; −∞ where a key is hidden.",

  WeightsInputs: "What the weights of a part are made of again.",
  "WeightsInputs.query": "(batch, heads, queries, d_k).",
  "WeightsInputs.key": "(batch, kvHeads, keys, d_k).",
  "WeightsInputs.logSumExp": "(batch, heads, queries, 1), as attention returned it under the same options.",
  WeightsBlock: "A part of one head's matrix.",
  "WeightsBlock.batch": "0 by default.",
  "WeightsBlock.head": "0 by default.",
  "WeightsBlock.row": "The first query; 0 by default.",
  "WeightsBlock.rows": "How many queries.",
  "WeightsBlock.column": "The first key; 0 by default.",
  "WeightsBlock.columns": "How many keys.",

  MultiHeadInputs: "Tokens and projections.",
  "MultiHeadInputs.x": "(batch, 1, length, dModel).",
  "MultiHeadInputs.wQuery": "(1, heads, dModel, d_k).",
  "MultiHeadInputs.wKey": "(1, heads, dModel, d_k).",
  "MultiHeadInputs.wValue": "(1, heads, dModel, d_v).",
  "MultiHeadInputs.wOutput": "(1, 1, heads · d_v, dModel).",
  MultiHeadResult: "What multi-head attention computed.",
  "MultiHeadResult.output": "(batch, 1, length, dModel).",
  "MultiHeadResult.attention": "That of each head, before the projection W^O.",

  NotebookOptions: "The source experiment's settings; the defaults are its own.",
  "NotebookOptions.tokens": "8 by default.",
  "NotebookOptions.dModel": "The width of a token, divisible by heads; 64 by default.",
  "NotebookOptions.heads": "4 by default.",
  "NotebookOptions.seed": "Of NumPy's legacy generator; 42 by default.",
  "NotebookOptions.glorot": "Projections as Glorot and Bengio draw them, instead of the experiment's own.",
  Notebook: "Everything that the source experiment draws, and each head's Q, K and V.",
  "Notebook.x": "(1, 1, tokens, dModel): sin(j · (i + 1) · 0.1) + 0.1 · N(0, 1).",
  "Notebook.wQuery": "(1, heads, dModel, d_k).",
  "Notebook.wKey": "(1, heads, dModel, d_k).",
  "Notebook.wValue": "(1, heads, dModel, d_v).",
  "Notebook.wOutput": "(1, 1, heads · d_v, dModel).",
  "Notebook.query": "(1, heads, tokens, d_k).",
  "Notebook.key": "(1, heads, tokens, d_k).",
  "Notebook.value": "(1, heads, tokens, d_v).",

  WeightStatistics: "Summary of a map, over all its cells, hidden ones (weight 0) included.",
  "WeightStatistics.mean": "Of all weights.",
  "WeightStatistics.largest": "Of all weights.",
  "WeightStatistics.smallest": "Of all weights.",
  "WeightStatistics.meanEntropy": "Over the queries, in nats.",
  WeightRows: "What each row of weights amounts to.",
  "WeightRows.entropy": "(batch, heads, queries, 1), in nats.",
  "WeightRows.sum": "(batch, heads, queries, 1): 1 where the row comes from a softmax.",
  "WeightRows.largest": "(batch, heads, queries, 1): its largest weight.",
  "WeightRows.smallest": "(batch, heads, queries, 1): its smallest weight.",
  "WeightRows.end": "(batch, heads, queries, 1): one past the last key whose weight is not 0; 0 where all are.",

  EntropyMeasures: "What entropies amount to in other units, each of their shape.",
  "EntropyMeasures.normalised": "As a share of the largest; 0 where at most one key is visible.",
  "EntropyMeasures.largest": "ln(visible keys), in nats.",
  "EntropyMeasures.bits": "The entropy in bits.",
  "EntropyMeasures.largestBits": "log₂(visible keys).",
  "EntropyMeasures.effectiveKeys": "exp(H), the perplexity: among how many keys an even share has this entropy.",

  LongHeadInputs: "Q and K of one head.",
  "LongHeadInputs.query": "(1, 1, queries, d_k).",
  "LongHeadInputs.key": "(1, 1, keys, d_k).",
  HandmadeOptions: "A head built by hand: local, strided, and with a sink.",
  "HandmadeOptions.tokens": "16,384 by default.",
  "HandmadeOptions.stride": "Tokens between the strided peaks; 0, the default: a 24th of the tokens.",
  "HandmadeOptions.seed": "Of the noise; 42 by default.",
  LongHead: "One head whose matrix of weights is never formed.",
  "LongHead.queries": "How many.",
  "LongHead.keys": "How many.",
  "LongHead.rows":
    "Of queries first to first + count − 1; computed the first time they are asked for, then remembered.",
  "LongHead.remember": "Takes what another head of the same Q and K has worked out.",
  "LongHead.map": "The largest weight and the sum of each block of a part.",
  "LongHead.delete": "Frees its memory; it can then no longer be asked.",
  HeadRows: "What is known of some queries.",
  "HeadRows.logSumExp": "(1, 1, count, 1).",
  "HeadRows.entropy": "(1, 1, count, 1), in nats.",
  MapRequest: "A part of the matrix, and the size of its blocks.",
  "MapRequest.row": "The first query.",
  "MapRequest.rows": "How many queries.",
  "MapRequest.rowBlock": "Queries to a block; 1 by default.",
  "MapRequest.column": "The first key.",
  "MapRequest.columns": "How many keys.",
  "MapRequest.columnBlock": "Keys to a block; 1 by default.",
  AttentionMap: "A value for each block of a part, (1, 1, blocks of rows, blocks of columns).",
  "AttentionMap.largest": "Its largest weight.",
  "AttentionMap.sum": "The sum of its weights.",
};
