import { shape } from "../gpt2.mjs";

/** llama.cpp as WebAssembly. It takes texts: the benchmark's ids are tokens of a vocabulary that spells them out. */
export class Wllama {
  #file;
  #threads;
  #ids;
  #blob;
  #wllama;

  constructor(file, threads, ids) {
    this.#file = file;
    this.#threads = threads;
    this.#ids = ids;
  }

  async fetch() {
    this.#blob = await (await fetch(`/models/${this.#file}`)).blob();
  }

  async load() {
    const start = performance.now();
    const { Wllama: Runtime, LoggerWithoutDebug } = await import("/peers/@wllama/wllama/esm/index.js");
    this.#wllama = new Runtime(
      { default: "/peers/@wllama/wllama/esm/wasm/wllama.wasm" },
      { suppressNativeLog: true, logger: LoggerWithoutDebug },
    );
    await this.#wllama.loadModel([this.#blob], {
      n_ctx: shape.context,
      n_batch: 512,
      n_ubatch: 512,
      n_threads: this.#threads,
      n_gpu_layers: 0,
      n_parallel: 1,
      warmup: false,
    });
    return performance.now() - start;
  }

  async prefill(count) {
    const start = performance.now();
    const { usage } = await this.#complete(count, 1);
    const taken = performance.now() - start;
    if (usage?.prompt_tokens !== count) throw new Error(`wllama made ${usage?.prompt_tokens} tokens of ${count}`);
    return taken;
  }

  /** By its own clock, which is better than that of the page: the latter has the pass over the context in it too. */
  async token(context, count) {
    const { timings } = await this.#complete(context, count + 1);
    return timings.predicted_ms / count;
  }

  /** Logarithms of probabilities, which are as good. */
  async logits(count) {
    const { choices } = await this.#complete(count, 1, {
      n_probs: shape.vocabulary,
      logprobs: shape.vocabulary,
      post_sampling_probs: false,
    });
    const logits = new Float64Array(shape.vocabulary);
    for (const { id, logprob } of choices[0].logprobs.content[0].top_logprobs) logits[id] = logprob;
    return logits;
  }

  #complete(context, tokens, more = {}) {
    const prompt = this.#ids
      .slice(0, context)
      .map((id) => `<${id}>`)
      .join("");
    const greedy = { temperature: 0, top_k: 1, cache_prompt: false, ignore_eos: true };
    return this.#wllama.createCompletion({ prompt, n_predict: tokens, max_tokens: tokens, ...greedy, ...more });
  }
}
