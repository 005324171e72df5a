import { shape } from "./gpt2.mjs";

// GPT-2 in ONNX Runtime, for Node or for browsers: `ort` is its module.

/** `open(graph)` gives a session of the graph that is called plain, maps or cache. All are of one thread. */
export class OnnxRuntime {
  #ort;
  #open;
  #ids;
  #session;
  #graph;

  constructor(ort, open, ids) {
    this.#ort = ort;
    this.#open = open;
    this.#ids = ids;
  }

  /** Milliseconds until the session of a graph is ready; one is open at a time. */
  async load(graph) {
    await this.#session?.release();
    const start = performance.now();
    this.#session = await this.#open(graph);
    this.#graph = graph;
    return performance.now() - start;
  }

  /** Milliseconds of a pass over `count` tokens. */
  async prefill(count) {
    const feeds = this.#feeds(this.#ids.slice(0, count), 0);
    const start = performance.now();
    await this.#session.run(feeds);
    return performance.now() - start;
  }

  /** Milliseconds a token, of `count` after a pass over `context`. */
  async token(context, count) {
    let outputs = await this.#session.run(this.#feeds(this.#ids.slice(0, context), 0));
    const start = performance.now();
    for (let i = 0; i < count; i++)
      outputs = await this.#session.run(this.#feeds([this.#ids[context - 1]], context + i, outputs));
    return (performance.now() - start) / count;
  }

  /** The last logits of `count` tokens. */
  async logits(count) {
    return (await this.#session.run(this.#feeds(this.#ids.slice(0, count), 0))).logits.data;
  }

  release = () => this.#session?.release();

  #feeds(ids, past, outputs) {
    const { Tensor } = this.#ort;
    const whole = (numbers) => new Tensor("int64", BigInt64Array.from(numbers, BigInt), [ids.length]);
    const total = past + ids.length;
    const mask = new Float32Array(ids.length * total);
    for (let i = 0; i < ids.length; i++) mask.fill(-3.4e38, i * total + past + i + 1, (i + 1) * total);
    const feeds = {
      ids: whole(ids),
      positions: whole(ids.map((_, i) => past + i)),
      mask: new Tensor("float32", mask, [ids.length, total]),
    };
    if (this.#graph === "cache")
      for (let layer = 0; layer < shape.layers; layer++)
        for (const of of ["k", "v"])
          feeds[`p${of}${layer}`] =
            outputs?.[`n${of}${layer}`] ??
            new Tensor("float32", new Float32Array(0), [1, shape.heads, 0, shape.headDim]);
    return feeds;
  }
}
