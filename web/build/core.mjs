import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { coreFolder } from "./folders.mjs";

/** Builds the WebAssembly module and copies it to where the engine imports it from. */
export async function buildCore() {
  await buildTarget("wasm", "heed-core");
  const target = join(repository, coreFolder);
  mkdirSync(target, { recursive: true });
  for (const suffix of ["js", "wasm", "d.ts"])
    copyFileSync(join(repository, `build/wasm/cpp/wasm/heed-core.${suffix}`), join(target, `heed-core.${suffix}`));
}
