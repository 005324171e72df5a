/** Each contender from nothing to ready: what a page that uses it does. */
export const load = {
  heed: async () => (await import("/heed/heed.js")).loadHeed(),
  onnxruntime: async () => {
    const ort = await import("/peers/onnxruntime-web/dist/ort.wasm.min.mjs");
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = "/peers/onnxruntime-web/dist/";
    return ort;
  },
  tfjs: async () => {
    await script("/peers/@tensorflow/tfjs-core/dist/tf-core.min.js");
    await script("/peers/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js");
    const { tf } = globalThis;
    tf.wasm.setWasmPaths("/peers/@tensorflow/tfjs-backend-wasm/dist/");
    await tf.setBackend("wasm");
    return tf;
  },
};

function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${address} could not be loaded`));
    document.head.append(element);
  });
}
