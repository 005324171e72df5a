import loadCore, { type MainModule } from "../core/heed-core.js";
import { startModule } from "./load-module";

export const startCore = () =>
  startModule<MainModule>({
    load: loadCore,
    // Bundlers look for addresses spelled out.
    plain: new URL("../core/heed-core.wasm", import.meta.url),
    relaxed: new URL("../core/heed-core-relaxed.wasm", import.meta.url),
  });
