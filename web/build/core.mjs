import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { coreFolder } from "./folders.mjs";

/** Builds the WebAssembly module and copies it to where the engine imports it from. */
export async function buildCore() {
  await buildTarget("wasm", "heed-core");
  await buildTarget("wasm", "heed-core-relaxed");
  const target = join(repository, coreFolder);
  mkdirSync(target, { recursive: true });
  // The JavaScript of the two is the same.
  for (const file of ["heed-core.js", "heed-core.wasm", "heed-core.d.ts", "heed-core-relaxed.wasm"])
    copyFileSync(join(repository, "build/wasm/cpp/wasm", file), join(target, file));
}
