/** Elements of any order in memory, as `read` gives each by its place, in the order with the last index fastest. `strides` are in elements. */
export function rowMajor(
  read: (at: number) => number,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const index = shape.map(() => 0);
  let at = offset;
  for (let to = 0; to < out.length; to++) {
    out[to] = read(at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      at += strides[axis] as number;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      at -= (shape[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
  }
  return out;
}

/** The strides of a tensor whose first index is the fastest, as in Fortran. */
export const firstFastest = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
