import loadLab, { type MainModule } from "../core/heed-lab.js";
import { startModule } from "./load-module";

export const startLab = () =>
  startModule<MainModule>({
    load: loadLab,
    // Bundlers look for addresses spelled out.
    plain: new URL("../core/heed-lab.wasm", import.meta.url),
    relaxed: new URL("../core/heed-lab-relaxed.wasm", import.meta.url),
  });
