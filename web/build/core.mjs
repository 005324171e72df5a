import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { run } from "../../cpp/toolchain/process.mjs";
import { coreFolder } from "./folders.mjs";

/** Builds the WebAssembly module and copies it to where the engine imports it from. */
export async function buildCore() {
  const cmake = (...args) => run("cmake", args, { cwd: repository });
  if (!existsSync(join(repository, "build/wasm/build.ninja"))) await cmake("--preset", "wasm");
  await cmake("--build", "--preset", "wasm", "--target", "heed-core");
  const target = join(repository, coreFolder);
  mkdirSync(target, { recursive: true });
  for (const suffix of ["js", "wasm", "d.ts"])
    copyFileSync(join(repository, `build/wasm/cpp/wasm/heed-core.${suffix}`), join(target, `heed-core.${suffix}`));
}
