import loadModels, { type MainModule } from "../engine/core/heed-models.js";
import { startModule } from "../engine/load-module";

/** An instance of its own for each model: its memory goes when the model is closed. */
export const startModels = () =>
  startModule<MainModule>({
    load: loadModels,
    // Bundlers look for addresses spelled out.
    plain: new URL("../engine/core/heed-models.wasm", import.meta.url),
    relaxed: new URL("../engine/core/heed-models-relaxed.wasm", import.meta.url),
  });
