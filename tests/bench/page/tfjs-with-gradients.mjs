/** The builds of TensorFlow.js's core that pages can load have no gradients: train.mjs bundles this instead. */
export * from "@tensorflow/tfjs-core";

import "@tensorflow/tfjs-core/dist/register_all_gradients.js";

export { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
