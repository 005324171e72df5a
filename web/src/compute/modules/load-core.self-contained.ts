import loadCore, { type MainModule } from "../core/heed-core.js";
import { startModule } from "./load-module";
import { wasmOf } from "./wasm-of";

/** One build for all engines: a second one with relaxed SIMD would make the file larger by half. */
export const startCore = () =>
  startModule<MainModule>({ load: loadCore, plain: wasmOf("heed-core"), relaxed: wasmOf("heed-core") });
