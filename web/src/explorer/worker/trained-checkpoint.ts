/**
 * A network of this page's own trainer (cpp/heed/training/transformer) as a checkpoint of StarCoder2, whose layers compute the same: the
 * norm before each part, rotary positions, a feed-forward without gate. What differs is how numbers lie: linear maps there are
 * (inputs × outputs), here (outputs × inputs); pairs that turn together there are next to each other, here half a head apart; and
 * the norms have a bias here, which is 0. Pure.
 */
import { storedTensors } from "../../formats/safetensors";
import { type TensorToWrite, writeSafetensors } from "../../formats/write-safetensors";

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Half-precision numbers, which are moved and never read. */
  readonly data: Uint16Array<ArrayBuffer>;
}

export interface Checkpoint {
  readonly files: readonly { name: string; blob: Blob }[];
  /** What each token is. */
  readonly words: readonly string[];
}

/** Whether a file of weights is of that trainer: it has no config.json beside it, but says in its metadata what it was trained on. */
export function isTrained(file: ArrayBuffer): boolean {
  try {
    const { metadata } = read(file);
    return "task" in metadata && "d_model" in metadata;
  } catch {
    return false;
  }
}

export function trainedCheckpoint(file: ArrayBuffer): Checkpoint {
  const { metadata, matrix } = read(file);
  const number = (name: string) => Number(metadata[name]);
  const width = number("d_model");
  const heads = number("heads");
  const layers = number("layers");
  const { norm: normalization, positions, feed_forward: feedForward } = metadata;
  if (normalization !== "layer" || positions !== "rotary" || !["none", "gelu"].includes(feedForward ?? ""))
    throw new Error(
      `the network has ${normalization} norms, ${positions} positions and ${feedForward} between its attention; only layer norms, rotary positions and gelu or nothing are read here`,
    );
  const embedding = matrix("embedding");
  // Before anything is made of that width.
  if (width !== embedding.columns)
    throw new Error(
      `the network’s d_model is said to be ${metadata.d_model}, but its embedding has ${embedding.columns} columns`,
    );
  if (!(heads > 0 && Number.isInteger(width / heads / 2)))
    throw new Error(`the network’s d_model of ${width} is not made of pairs for each of ${metadata.heads} heads`);
  // A feed-forward that adds 0, where there is none.
  const hidden = feedForward === "none" ? 1 : number("d_ff");
  const zeros = (rows: number, columns: number) => ({ rows, columns, data: new Uint16Array(rows * columns) });
  const tensors: TensorToWrite[] = [];
  const put = (name: string, shape: readonly number[], data: Uint16Array<ArrayBuffer>) =>
    tensors.push({ name, dtype: "F16", shape, data });
  const add = (name: string, { rows, columns, data }: Matrix) => put(`${name}.weight`, [rows, columns], data);
  const norm = (name: string, { data }: Matrix) => {
    put(`${name}.weight`, [width], data);
    put(`${name}.bias`, [width], new Uint16Array(width));
  };
  add("model.embed_tokens", embedding);
  for (let i = 0; i < layers; i++) {
    const from = `layers.${i}.`;
    const to = `model.layers.${i}.`;
    norm(`${to}input_layernorm`, matrix(`${from}attention_norm`));
    for (const [name, part] of [
      ["q_proj", "query"],
      ["k_proj", "key"],
    ] as const)
      add(`${to}self_attn.${name}`, pairsApart(transposed(matrix(`${from}attention.${part}`)), width / heads));
    add(`${to}self_attn.v_proj`, transposed(matrix(`${from}attention.value`)));
    add(`${to}self_attn.o_proj`, transposed(matrix(`${from}attention.output`)));
    const part = (name: string, rows: number, columns: number) =>
      feedForward === "none" ? zeros(rows, columns) : matrix(`${from}${name}`);
    norm(`${to}post_attention_layernorm`, part("feed_forward_norm", 1, width));
    add(`${to}mlp.c_fc`, transposed(part("feed_forward.up", width, hidden)));
    add(`${to}mlp.c_proj`, transposed(part("feed_forward.down", hidden, width)));
  }
  norm("model.norm", matrix("final_norm"));
  add("lm_head", matrix("unembedding"));
  const config = {
    model_type: "starcoder2",
    architectures: ["Starcoder2ForCausalLM"],
    vocab_size: number("vocabulary"),
    hidden_size: width,
    intermediate_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: number("kv_heads"),
    max_position_embeddings: number("context"),
    norm_epsilon: number("norm_epsilon"),
    rope_theta: number("rotary_base"),
    hidden_act: "gelu_pytorch_tanh",
    use_bias: false,
    sliding_window: null,
    tie_word_embeddings: false,
  };
  return {
    files: [
      { name: "config.json", blob: new Blob([JSON.stringify(config)]) },
      { name: "model.safetensors", blob: writeSafetensors(tensors) },
    ],
    words: JSON.parse(metadata.words ?? "[]"),
  };
}

function read(file: ArrayBuffer) {
  const stored = storedTensors(new Uint8Array(file));
  const tensors = new Map(stored.tensors.map((tensor) => [tensor.name, tensor]));
  const matrix = (name: string): Matrix => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== "F16" || tensor.bytes.length === 0)
      throw new Error(`the model has no tensor ${name} in half precision`);
    const [rows = 0, columns = 0] = tensor.shape;
    return { rows, columns, data: new Uint16Array(tensor.bytes.slice().buffer) };
  };
  return { metadata: (stored.metadata ?? {}) as Record<string, string>, matrix };
}

function transposed({ rows, columns, data }: Matrix): Matrix {
  const to = new Uint16Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = data[row * columns + column] as number;
  return { rows: columns, columns: rows, data: to };
}

/** Rows 2i and 2i + 1 of each head become rows i and i + dim / 2. */
function pairsApart({ rows, columns, data }: Matrix, dim: number): Matrix {
  const to = new Uint16Array(data.length);
  for (let row = 0; row < rows; row++) {
    const within = row % dim;
    const place = row - within + Math.floor(within / 2) + (within % 2) * (dim / 2);
    to.set(data.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { rows, columns, data: to };
}
