/** A safetensors file of float32 as { notes, tensors: { name: { shape, data } } }. */
export function readSafetensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: notes, ...entries } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const tensors = Object.fromEntries(
    Object.entries(entries).map(
      ([
        name,
        {
          shape,
          data_offsets: [begin, end],
        },
      ]) => [name, { shape, data: new Float32Array(buffer.slice(8 + length + begin, 8 + length + end)) }],
    ),
  );
  return { notes, tensors };
}
