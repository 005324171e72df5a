import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { config, numbersOf, tensors } from "./gpt2.mjs";
import { bfloat16, bytesOf } from "./number-formats.mjs";

/** Writes all of `bytes`. */
export function append(file, bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 2 ** 28));
}

/** Heed's checkpoints: config.json and model.safetensors, in float32 or bfloat16. */
export function writeCheckpoint(folder, dtype) {
  mkdirSync(folder, { recursive: true });
  const bytes = dtype === "BF16" ? 2 : 4;
  const header = {};
  let offset = 0;
  for (const { name, dims, size } of tensors()) {
    header[name] = { dtype, shape: dims, data_offsets: [offset, offset + size * bytes] };
    offset += size * bytes;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const file = openSync(join(folder, "model.safetensors"), "w");
  append(file, length);
  append(file, padded);
  for (const tensor of tensors()) {
    const numbers = numbersOf(tensor);
    append(file, bytesOf(dtype === "BF16" ? bfloat16(numbers) : numbers));
  }
  closeSync(file);
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
}
