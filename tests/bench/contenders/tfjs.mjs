import { causalBias, transposed } from "../works.mjs";

/**
 * TensorFlow.js on its WebAssembly backend. Its tensors stay in WebAssembly memory, and K comes transposed; neither is timed.
 * A product of matrices per head is mostly faster than one of stacks of matrices.
 */
export function tfjsWays(tf, work, { query, key, value }) {
  const { heads, length, dim, causal } = work;
  const keyTransposed = transposed(key, heads, length, dim);
  const way = (name, parts, tensor, stack) => ({
    name,
    prepare: async () => {
      const size = length * dim;
      const split = (data, shape) =>
        Array.from({ length: parts }, (_, i) =>
          tensor(parts === 1 ? data : data.slice(i * size, (i + 1) * size), shape),
        );
      const q = split(query, stack(length, dim));
      const k = split(keyTransposed, stack(dim, length));
      const v = split(value, stack(length, dim));
      const bias = causal ? tf.tensor2d(causalBias(length), [length, length]) : undefined;
      const scale = tf.scalar(1 / Math.sqrt(dim));
      let outputs = [];
      return {
        run: () => {
          tf.dispose(outputs);
          outputs = q.map((_, i) =>
            tf.tidy(() => {
              const logits = tf.matMul(tf.mul(q[i], scale), k[i]);
              return tf.matMul(tf.softmax(bias ? tf.add(logits, bias) : logits), v[i]);
            }),
          );
        },
        output: () => Float32Array.from(outputs.flatMap((output) => [...output.dataSync()])),
        release: () => tf.dispose([q, k, v, scale, bias ?? [], outputs]),
      };
    },
  });
  const perHead = way("matMul per head", heads, tf.tensor2d, (rows, columns) => [rows, columns]);
  const stacked = way("matMul of stacks", 1, tf.tensor3d, (rows, columns) => [heads, rows, columns]);
  return heads === 1 ? [perHead] : [perHead, stacked];
}
