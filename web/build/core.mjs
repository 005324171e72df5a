import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import * as modelsWords from "../../cpp/wasm/models/type_docs.mjs";
import * as coreWords from "../../cpp/wasm/type_docs.mjs";
import { documented } from "./core-types.mjs";
import { coreFolder } from "./folders.mjs";

/** Builds the WebAssembly modules and copies them to where the engine imports them from. */
export async function buildCore() {
  const target = join(repository, coreFolder);
  mkdirSync(target, { recursive: true });
  for (const module of ["heed-core", "heed-lab", "heed-models"]) {
    await buildTarget("wasm", module);
    await buildTarget("wasm", `${module}-relaxed`);
    // The JavaScript of the two is the same.
    for (const file of [`${module}.js`, `${module}.wasm`, `${module}.d.ts`, `${module}-relaxed.wasm`])
      copyFileSync(join(repository, "build/wasm/cpp/wasm", file), join(target, file));
  }
  // The types are those of heed-models.
  for (const module of ["heed-models", "heed-models-relaxed"]) await buildTarget("wasm-threads", module);
  for (const file of ["heed-models-threads.js", "heed-models-threads.wasm", "heed-models-threads-relaxed.wasm"])
    copyFileSync(join(repository, "build/wasm-threads/cpp/wasm", file), join(target, file));
  writeFileSync(
    join(target, "heed-models-threads.d.ts"),
    'export { default, type MainModule } from "./heed-models.js";\n',
  );
  for (const [module, words] of [
    ["heed-core", coreWords],
    ["heed-models", modelsWords],
  ]) {
    const types = join(target, `${module}.d.ts`);
    writeFileSync(types, documented(readFileSync(types, "utf8"), words));
  }
}
