import type { Addresses } from "./load-module";

export const coreAddresses: Addresses = {
  // Bundlers look for addresses spelled out.
  plain: new URL("../core/heed-core.wasm", import.meta.url),
  relaxed: new URL("../core/heed-core-relaxed.wasm", import.meta.url),
};
