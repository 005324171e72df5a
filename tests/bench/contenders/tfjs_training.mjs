import { readSafetensors } from "./read_safetensors.mjs";

/**
 * TensorFlow.js on its WebAssembly backend: the network of Heed's default training run, differentiated by its tape.
 * The backend has no kernel UnsortedSegmentSum, which the gradient of a look-up in an embedding needs: tokens come as one-hot
 * rows, and the look-up is a product. There is no AdamW and no clipping: both are composed, over all parameters at once.
 * What is slow in it is gone around: a broadcast (masks and rotations are as large as what they act on, gains act on the
 * weights that follow), and products with a transposed matrix (`product` transposes first).
 */
export class TfjsTraining {
  #tf;
  #step = 0;

  constructor(tf, file) {
    const { notes, tensors } = readSafetensors(file);
    this.#tf = tf;
    const number = (name) => Number(notes[name]);
    Object.assign(this, {
      layers: number("layers"),
      heads: number("heads"),
      width: number("d_model"),
      epsilon: number("norm_epsilon"),
      peak: number("learning_rate"),
      last: number("final_learning_rate"),
      steps: number("steps"),
      warmUp: number("warm_up"),
      largest: number("largest_gradient"),
      beta1: number("beta1"),
      beta2: number("beta2"),
      tiny: number("epsilon"),
      decay: number("weight_decay"),
    });
    const { "batches.tokens": tokens, "batches.targets": targets, ...parameters } = tensors;
    const [steps, batch, length] = tokens.shape;
    Object.assign(this, { batch, length, dim: this.width / this.heads });
    const size = batch * length;
    const rows = ({ data }, step) => Int32Array.from(data.subarray(step * size, (step + 1) * size));
    // As floats at once it would give the bits of integers.
    const oneHot = (ids) => tf.cast(tf.oneHot(tf.tensor1d(ids, "int32"), number("task.vocabulary")), "float32");
    this.batches = Array.from({ length: steps }, (_, step) => {
      const scored = rows(targets, step).filter((id) => id >= 0).length;
      // Nowhere 1 where the target is −1.
      const chosen = oneHot(rows(tokens, step));
      return {
        tokens: chosen,
        tokensTransposed: tf.transpose(chosen),
        targets: tf.div(oneHot(rows(targets, step)), -scored),
      };
    });

    const entries = Object.entries(parameters).filter(([name]) => !name.startsWith("optimiser"));
    this.names = entries.map(([name]) => name);
    this.shapes = entries.map(([, { shape }]) => shape);
    this.sizes = entries.map(([, { data }]) => data.length);
    this.flat = tf.concat(entries.map(([, { data }]) => tf.tensor1d(data)));
    this.decays = tf.concat(
      entries.map(([, { shape, data }]) => tf.fill([data.length], shape[0] > 1 ? this.decay : 0)),
    );
    this.mean = tf.zerosLike(this.flat);
    this.variance = tf.zerosLike(this.flat);
    this.prepareRotation(number("rotary_base"));
    const hidden = Float32Array.from({ length: length ** 2 }, (_, at) =>
      at % length > Math.floor(at / length) ? -1e9 : 0,
    );
    this.hidden = tf.tile(tf.tensor3d(hidden, [1, length, length]), [batch * this.heads, 1, 1]);
    this.gradients = tf.valueAndGrads((...matrices) => this.loss(matrices));
  }

  /** cos and sin of the angle of each component of a row of heads; the sine is negative for the even one of a pair. */
  prepareRotation(base) {
    const tf = this.#tf;
    const { batch, length, width, dim } = this;
    const angle = (row, column) => (row % length) * base ** (-(2 * Math.floor((column % dim) / 2)) / dim);
    const table = (of) =>
      tf.tensor2d(
        Float32Array.from({ length: batch * length * width }, (_, at) => of(Math.floor(at / width), at % width)),
        [batch * length, width],
      );
    this.cosines = table((row, column) => Math.cos(angle(row, column)));
    this.sines = table((row, column) => Math.sin(angle(row, column)) * (column % 2 === 0 ? -1 : 1));
    this.swap = tf.tensor2d(
      Float32Array.from({ length: width ** 2 }, (_, at) => (Math.floor(at / width) === ((at % width) ^ 1) ? 1 : 0)),
      [width, width],
    );
  }

  /** a · b for matrices, whose gradients transpose before they multiply: only a product of plain matrices is fast. */
  product(a, b) {
    const tf = this.#tf;
    return tf.customGrad((a, b, save) => {
      save([a, b]);
      return {
        value: tf.matMul(a, b),
        gradFunc: (dy, [a, b]) => [tf.matMul(dy, tf.transpose(b)), tf.matMul(tf.transpose(a), dy)],
      };
    })(a, b);
  }

  /** A linear map of x alone, and its transpose. */
  linear(x, forward, back) {
    return this.#tf.customGrad((x) => ({ value: forward(x), gradFunc: back }))(x);
  }

  embed(embedding) {
    const tf = this.#tf;
    const { tokens, tokensTransposed } = this.batches[this.#step % this.batches.length];
    return this.linear(
      embedding,
      (embedding) => tf.matMul(tokens, embedding),
      (dy) => tf.matMul(tokensTransposed, dy),
    );
  }

  norm(x) {
    const tf = this.#tf;
    const centred = tf.sub(x, tf.mean(x, -1, true));
    return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), this.epsilon)));
  }

  rotate(x) {
    const tf = this.#tf;
    const swap = (x) => tf.matMul(x, this.swap);
    return tf.add(tf.mul(x, this.cosines), tf.mul(this.linear(x, swap, swap), this.sines));
  }

  attend(x, query, key, value, output) {
    const tf = this.#tf;
    const { batch, length, heads, width, dim } = this;
    const apart = (x) =>
      tf.reshape(tf.transpose(tf.reshape(x, [batch, length, heads, dim]), [0, 2, 1, 3]), [batch * heads, length, dim]);
    const q = apart(this.rotate(this.product(x, query)));
    const k = apart(this.rotate(this.product(x, key)));
    const v = apart(this.product(x, value));
    const logits = tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(dim)), this.hidden);
    const mixed = tf.reshape(tf.matMul(tf.softmax(logits), v), [batch, heads, length, dim]);
    return this.product(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * length, width]), output);
  }

  loss(matrices) {
    const tf = this.#tf;
    const of = Object.fromEntries(this.names.map((name, i) => [name, matrices[i]]));
    const { targets } = this.batches[this.#step % this.batches.length];
    // norm(x) · gain, times W, is norm(x) times the rows of W times the gain.
    const gained = (gain, weight) => tf.mul(tf.reshape(of[gain], [this.width, 1]), weight);
    let x = this.embed(of.embedding);
    for (let i = 0; i < this.layers; i++) {
      const part = (name) => of[`layers.${i}.attention.${name}`];
      const inner = ["query", "key", "value"].map((name) => gained(`layers.${i}.attention_norm`, part(name)));
      x = tf.add(x, this.attend(this.norm(x), ...inner, part("output")));
    }
    const logits = this.product(this.norm(x), gained("final_norm", tf.transpose(of.unembedding)));
    return tf.sum(tf.mul(tf.logSoftmax(logits), targets));
  }

  learningRate() {
    if (this.#step < this.warmUp) return (this.peak * (this.#step + 1)) / this.warmUp;
    const done = Math.min(1, (this.#step - this.warmUp) / (this.steps - this.warmUp));
    return this.last + ((this.peak - this.last) * (1 + Math.cos(Math.PI * done))) / 2;
  }

  takeStep() {
    const tf = this.#tf;
    const before = [this.flat, this.mean, this.variance];
    let loss;
    const after = tf.tidy(() => {
      const matrices = tf.split(this.flat, this.sizes).map((part, i) => tf.reshape(part, this.shapes[i]));
      const { value, grads } = this.gradients(matrices);
      loss = value.dataSync()[0];
      const gradient = tf.concat(grads.map((grad) => tf.reshape(grad, [-1])));
      const norm = Math.sqrt(tf.sum(tf.square(gradient)).dataSync()[0]);
      return this.adamW(tf.mul(gradient, Math.min(1, this.largest / norm)));
    });
    [this.flat, this.mean, this.variance] = after;
    tf.dispose(before);
    this.#step++;
    return loss;
  }

  adamW(gradient) {
    const tf = this.#tf;
    const { beta1, beta2 } = this;
    const times = this.#step + 1;
    const mean = tf.add(tf.mul(this.mean, beta1), tf.mul(gradient, 1 - beta1));
    const variance = tf.add(tf.mul(this.variance, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const deviation = tf.add(tf.sqrt(tf.div(variance, 1 - beta2 ** times)), this.tiny);
    const change = tf.add(tf.div(tf.div(mean, 1 - beta1 ** times), deviation), tf.mul(this.flat, this.decays));
    return [tf.sub(this.flat, tf.mul(change, this.learningRate())), mean, variance];
  }
}
