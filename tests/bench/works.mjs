/** What is timed. `heads` heads of `length` queries and keys of `dim` components each. */
export const works = [
  { name: "H 1, N 512", heads: 1, length: 512, dim: 64, causal: false },
  { name: "H 8, N 1024", heads: 8, length: 1024, dim: 64, causal: false },
  { name: "H 1, N 4096", heads: 1, length: 4096, dim: 64, causal: false },
  { name: "H 12, N 128", heads: 12, length: 128, dim: 64, causal: false },
  { name: "H 8, N 2048, causal", heads: 8, length: 2048, dim: 64, causal: true },
];

/** Floating-point operations of the two products; the half that a causal mask hides is not counted. */
export const operations = ({ heads, length, dim, causal }) => (4 * heads * length ** 2 * dim) / (causal ? 2 : 1);

/** Q, K and V of shape (heads, length, dim), the same each time. */
export function inputsOf({ heads, length, dim }) {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  // Box and Muller's way to normal numbers.
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const tensor = () => Float32Array.from({ length: heads * length * dim }, normal);
  return { query: tensor(), key: tensor(), value: tensor() };
}

/** (heads, rows, columns) to (heads, columns, rows). */
export function transposed(data, heads, rows, columns) {
  const result = new Float32Array(data.length);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) result[(h * columns + j) * rows + i] = data[(h * rows + i) * columns + j];
  return result;
}

/** (heads, length, dim) to (length, heads, dim). The same with heads and length exchanged takes it back. */
export function headsLast(data, heads, length, dim) {
  const result = new Float32Array(data.length);
  for (let h = 0; h < heads; h++)
    for (let i = 0; i < length; i++)
      result.set(data.subarray((h * length + i) * dim, (h * length + i + 1) * dim), (i * heads + h) * dim);
  return result;
}

/** (length, length): 0 where the query may see the key, −∞ elsewhere. */
export function causalBias(length) {
  return Float32Array.from({ length: length ** 2 }, (_, at) =>
    at % length <= Math.floor(at / length) ? 0 : Number.NEGATIVE_INFINITY,
  );
}
