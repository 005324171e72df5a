import loadModels, { type MainModule } from "../compute/core/heed-models.js";
import { startModule } from "../compute/modules/load-module";

/** An instance of its own for each model: its memory goes when the model is closed. */
export const startModels = () =>
  startModule<MainModule>({
    load: loadModels,
    // Bundlers look for addresses spelled out.
    plain: new URL("../compute/core/heed-models.wasm", import.meta.url),
    relaxed: new URL("../compute/core/heed-models-relaxed.wasm", import.meta.url),
  });
