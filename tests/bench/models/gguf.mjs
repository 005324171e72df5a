import { closeSync, openSync } from "node:fs";
import { numbersOf, shape, tensors, tokenIds } from "./gpt2.mjs";
import { blocksQ8, bytesOf, float16, transpose } from "./number-formats.mjs";
import { append } from "./safetensors.mjs";

// GGUF, version 3, as llama.cpp reads it: a header, metadata, a table of tensors, their data.

const alignment = 32;

/** How the matrices are stored; all else is float32. */
const formats = {
  f32: { type: 0, fileType: 0, bytes: (count) => 4 * count, store: (numbers) => numbers },
  f16: { type: 1, fileType: 1, bytes: (count) => 2 * count, store: (numbers) => Uint16Array.from(numbers, float16) },
  q8_0: { type: 8, fileType: 7, bytes: (count) => (count / 32) * 34, store: blocksQ8 },
};

const uint32 = (number) => bytesOf(Uint32Array.of(number));
const uint64 = (number) => bytesOf(BigUint64Array.of(BigInt(number)));
const text = (characters) => {
  const bytes = Buffer.from(characters);
  return Buffer.concat([uint64(bytes.length), bytes]);
};
const entry = (name, type, value) => Buffer.concat([text(name), uint32(type), value]);
const number = (name, value) => entry(name, 4, uint32(value));
const string = (name, value) => entry(name, 8, text(value));
const list = (name, type, items) => entry(name, 9, Buffer.concat([uint32(type), uint64(items.length), ...items]));

/** The hub's names to llama.cpp's. */
function nameOf(name) {
  const [, block, part, end] = /^(?:h\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(name);
  const parts = {
    wte: "token_embd",
    wpe: "position_embd",
    ln_f: "output_norm",
    ln_1: "attn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    ln_2: "ffn_norm",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
  };
  return `${block === undefined ? "" : `blk.${block}.`}${parts[part]}.${end}`;
}

/**
 * A vocabulary without meaning, as texts are all that is taken: bytes' symbols, then <128>, <129> …; those of the benchmark's ids are
 * "user-defined", which are found in a text as they stand.
 */
function vocabulary() {
  const used = new Set(tokenIds(shape.context));
  const tokens = Array.from({ length: shape.vocabulary }, (_, id) => {
    if (id === shape.vocabulary - 1) return "<|endoftext|>";
    if (id >= 128) return `<${id}>`;
    // GPT-2 shows bytes that are no visible character by those from U+0100 on.
    return String.fromCodePoint(id > 32 && id < 127 ? id : 256 + (id <= 32 ? id : 33));
  });
  const types = tokens.map((_, id) => uint32(id === shape.vocabulary - 1 ? 3 : used.has(id) ? 4 : 1));
  return [
    string("tokenizer.ggml.model", "gpt2"),
    string("tokenizer.ggml.pre", "gpt-2"),
    list("tokenizer.ggml.tokens", 8, tokens.map(text)),
    list("tokenizer.ggml.token_type", 5, types),
    list("tokenizer.ggml.merges", 8, [text("< 2")]),
    number("tokenizer.ggml.bos_token_id", shape.vocabulary - 1),
    number("tokenizer.ggml.eos_token_id", shape.vocabulary - 1),
    entry("tokenizer.ggml.add_bos_token", 7, Uint8Array.of(0)),
  ];
}

/** Writes the model with its matrices in `format`: f32, f16 or q8_0. */
export function writeGguf(path, format) {
  const { type, fileType, bytes, store } = formats[format];
  const metadata = [
    string("general.architecture", "gpt2"),
    string("general.name", "random"),
    number("general.file_type", fileType),
    number("gpt2.context_length", shape.context),
    number("gpt2.embedding_length", shape.width),
    number("gpt2.feed_forward_length", shape.feedForward),
    number("gpt2.block_count", shape.layers),
    number("gpt2.attention.head_count", shape.heads),
    entry("gpt2.attention.layer_norm_epsilon", 6, bytesOf(Float32Array.of(shape.epsilon))),
    ...vocabulary(),
  ];
  const isMatrix = ({ name, dims }) => dims.length === 2 && !name.startsWith("wpe");
  // Sizes are written from the innermost on. The hub's matrices are (inputs, outputs), but for embeddings.
  const isLinear = (tensor) => isMatrix(tensor) && !tensor.name.startsWith("wte");
  let offset = 0;
  const table = tensors().map((tensor) => {
    const { name, dims, size } = tensor;
    const sizes = isLinear(tensor) ? dims : [...dims].reverse();
    const described = [text(nameOf(name)), uint32(sizes.length), ...sizes.map(uint64)];
    const entryOfTable = Buffer.concat([...described, uint32(isMatrix(tensor) ? type : 0), uint64(offset)]);
    offset += Math.ceil((isMatrix(tensor) ? bytes(size) : 4 * size) / alignment) * alignment;
    return entryOfTable;
  });
  const file = openSync(path, "w");
  let written = 0;
  const write = (data) => {
    append(file, data);
    written += data.length;
  };
  const align = () => write(new Uint8Array(-written & (alignment - 1)));
  write(Buffer.concat([Buffer.from("GGUF"), uint32(3), uint64(table.length), uint64(metadata.length), ...metadata]));
  write(Buffer.concat(table));
  align();
  for (const tensor of tensors()) {
    const numbers = numbersOf(tensor);
    const rows = isLinear(tensor) ? transpose(numbers, ...tensor.dims) : numbers;
    write(bytesOf(isMatrix(tensor) ? store(rows) : rows));
    align();
  }
  closeSync(file);
}
