// Matrices in the number formats of checkpoints and GGUF files.

export const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** The upper halves of floats, rounded to the nearest, ties to even. */
export function bfloat16(numbers) {
  const bits = new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  return Uint16Array.from(bits, (of) => (of + 0x7fff + ((of >>> 16) & 1)) >>> 16);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A number as float16, rounded to the nearest, ties to even. */
export function float16(number) {
  float[0] = number;
  const sign = (bits[0] >>> 16) & 0x8000;
  const size = bits[0] & 0x7fffffff;
  if (size >= 0x47800000) return sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (size >= 0x38800000) return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  // Subnormal: a multiple of 2⁻²⁴.
  const steps = Math.abs(number) * 2 ** 24;
  const below = Math.floor(steps);
  const rest = steps - below;
  return sign | (below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0));
}

/** (rows × columns) to (columns × rows), by squares that stay in the cache. */
export function transpose(matrix, rows, columns) {
  const square = 32;
  const to = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row += square)
    for (let column = 0; column < columns; column += square)
      for (let i = row; i < Math.min(row + square, rows); i++)
        for (let j = column; j < Math.min(column + square, columns); j++) to[j * rows + i] = matrix[i * columns + j];
  return to;
}

/** GGUF's Q8_0: blocks of 32 numbers, a float16 scale and 32 levels each. */
export function blocksQ8(numbers) {
  const blocks = numbers.length / 32;
  const to = new Int8Array(blocks * 34);
  const view = new DataView(to.buffer);
  for (let block = 0; block < blocks; block++) {
    const from = numbers.subarray(block * 32, (block + 1) * 32);
    const scale = from.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0) / 127;
    view.setUint16(block * 34, float16(scale), true);
    for (let i = 0; i < 32; i++) to[block * 34 + 2 + i] = scale > 0 ? Math.round(from[i] / scale) : 0;
  }
  return to;
}
