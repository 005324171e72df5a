import { shape, tokenIds } from "../gpt2.mjs";
import { HeedModel } from "./heed.mjs";
import { Wllama } from "./wllama.mjs";

// In a page: the one contender that this page is for. All answer the same questions; times are milliseconds.

const ids = tokenIds(shape.context);

const kinds = {
  heed: (options) => new HeedModel(options, ids),
  onnxruntime: async ({ folder, graph, threads }) => {
    const { OnnxRuntime } = await import("../onnxruntime.mjs");
    const ort = await import("/peers/onnxruntime-web/dist/ort.wasm.min.mjs");
    ort.env.wasm.numThreads = threads;
    ort.env.wasm.wasmPaths = "/peers/onnxruntime-web/dist/";
    ort.env.logLevel = "error";
    const read = async (name) => new Uint8Array(await (await fetch(`/models/${folder}/${name}`)).arrayBuffer());
    const file = "model.safetensors";
    let [model, data] = [await read(`${graph}.onnx`), await read(file)];
    const open = () => {
      const session = ort.InferenceSession.create(model, {
        executionProviders: ["wasm"],
        externalData: [{ path: file, data }],
      });
      // As a page that opens a model once would; the peak of memory is of what is kept.
      model = data = undefined;
      return session;
    };
    return new OnnxRuntime(ort, open, ids);
  },
  wllama: async ({ file, threads }) => new Wllama(file, threads, ids),
};

/** The contender of this page, whose bytes are in memory then. */
export async function choose(options) {
  globalThis.contender = await kinds[options.kind](options);
  globalThis.graph = options.graph;
  await globalThis.contender.fetch?.();
}

/** Milliseconds until the contender is ready, from bytes in memory. */
export const load = () => globalThis.contender.load(globalThis.graph);

/** Milliseconds of a pass over so many tokens. */
export const prefill = (count, maps) => globalThis.contender.prefill(count, maps);

/** Milliseconds a token, of `count` after a pass over `context`. */
export const token = (context, count) => globalThis.contender.token(context, count);

/** Logarithms of the probabilities of what follows `count` tokens. */
export async function logProbabilities(count) {
  const logits = Float64Array.from(await globalThis.contender.logits(count));
  const largest = logits.reduce((a, b) => Math.max(a, b));
  const logOfSum = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return Array.from(logits, (logit) => logit - logOfSum);
}
