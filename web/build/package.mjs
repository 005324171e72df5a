import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { run } from "../../cpp/toolchain/process.mjs";
import { packageFolder } from "./folders.mjs";

const engine = join(repository, "web/src/engine");
const folder = join(repository, packageFolder);

/** heed.js with heed-core.wasm beside it, types, and a package.json: what `npm pack` publishes. */
export async function buildPackage() {
  await build({
    configFile: false,
    root: engine,
    base: "./",
    logLevel: "warn",
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      modulePreload: false,
      // Not Vite's library mode, which would put the WebAssembly into the script as base64.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: join(engine, "heed.ts"),
        preserveEntrySignatures: "strict",
        output: {
          format: "es",
          entryFileNames: "heed.js",
          chunkFileNames: "[name].js",
          assetFileNames: "[name][extname]",
        },
      },
    },
  });
  await writeTypes();
  for (const file of ["LICENSE", "README.md"]) copyFileSync(join(repository, file), join(folder, file));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
}

async function writeTypes() {
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const options = [
    "--declaration",
    "--emitDeclarationOnly",
    "--noEmit",
    "false",
    "--rootDir",
    engine,
    "--outDir",
    folder,
  ];
  await run(process.execPath, [tsc, "-p", join(engine, "tsconfig.json"), ...options], { cwd: repository });
}

function manifest() {
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(repository, "package.json"), "utf8"),
  );
  const exports = { ".": { types: "./heed.d.ts", default: "./heed.js" } };
  return { name, version, description, license, type, engines, exports, sideEffects: false };
}
