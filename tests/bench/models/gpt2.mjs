// A model of GPT-2 small's shape with random weights, the same for every contender.

export const shape = {
  layers: 12,
  heads: 12,
  headDim: 64,
  width: 768,
  feedForward: 3072,
  vocabulary: 50257,
  context: 1024,
  epsilon: 1e-5,
};

const sizeOf = (dims) => dims.reduce((product, size) => product * size, 1);

/**
 * Name (the hub's), dims, standard deviation and mean of every tensor. Matrices are (inputs, outputs), as GPT-2 stores them;
 * `wte` is also the head.
 */
export function tensors() {
  const { layers, width, feedForward, vocabulary, context } = shape;
  const norm = (name) => [
    { name: `${name}.weight`, dims: [width], deviation: 0.1, mean: 1 },
    { name: `${name}.bias`, dims: [width], deviation: 0.05, mean: 0 },
  ];
  const linear = (name, inputs, outputs, deviation, ofBias) => [
    { name: `${name}.weight`, dims: [inputs, outputs], deviation, mean: 0 },
    { name: `${name}.bias`, dims: [outputs], deviation: ofBias, mean: 0 },
  ];
  const all = [
    { name: "wte.weight", dims: [vocabulary, width], deviation: 0.04, mean: 0 },
    { name: "wpe.weight", dims: [context, width], deviation: 0.02, mean: 0 },
  ];
  for (let layer = 0; layer < layers; layer++) {
    const block = `h.${layer}`;
    all.push(
      ...norm(`${block}.ln_1`),
      ...linear(`${block}.attn.c_attn`, width, 3 * width, 0.05, 0.05),
      ...linear(`${block}.attn.c_proj`, width, width, 0.02, 0.02),
      ...norm(`${block}.ln_2`),
      ...linear(`${block}.mlp.c_fc`, width, feedForward, 0.03, 0.02),
      ...linear(`${block}.mlp.c_proj`, feedForward, width, 0.02, 0.02),
    );
  }
  return [...all, ...norm("ln_f")].map((tensor, index) => ({ ...tensor, size: sizeOf(tensor.dims), seed: index + 1 }));
}

/** Uniform numbers of the tensor's mean and deviation, by xorshift. */
export function numbersOf({ size, seed, deviation, mean }) {
  const numbers = new Float32Array(size);
  const step = (deviation * Math.sqrt(3)) / 2 ** 31;
  let state = (Math.imul(seed, -1640531535) + 12345) | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  for (let i = 0; i < 8; i++) next();
  for (let i = 0; i < size; i++) numbers[i] = mean + next() * step;
  return numbers;
}

/** Token ids; those below 256 stand for single bytes in the vocabulary of a GGUF file, and are left out. */
export function tokenIds(count) {
  let state = 20250101;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 256 + Math.floor((state / 2 ** 32) * 50000);
  });
}

/** config.json as the hub has it. */
export const config = {
  model_type: "gpt2",
  architectures: ["GPT2LMHeadModel"],
  activation_function: "gelu_new",
  layer_norm_epsilon: shape.epsilon,
  n_ctx: shape.context,
  n_positions: shape.context,
  n_embd: shape.width,
  n_head: shape.heads,
  n_layer: shape.layers,
  vocab_size: shape.vocabulary,
};
