/** Writes tensors as safetensors: safetensors.ts says what that is. */

export interface TensorToWrite {
  readonly name: string;
  /** As the format calls it: "F32", "F16", "U8", … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Little-endian; of as many bytes as the shape and the type take. */
  readonly data: ArrayBufferView<ArrayBuffer>;
}

/** In the order given. `metadata`: texts by name. Each tensor begins where its elements can be read in place. */
export function writeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
): Blob {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 * Math.ceil(text.length / 8)).fill(0x20);
  bytes.set(text);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(bytes.length), true);
  return new Blob([length, bytes, ...tensors.map(({ data }) => data)]);
}
