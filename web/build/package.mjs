import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { run } from "../../cpp/toolchain/process.mjs";
import { packageFolder } from "./folders.mjs";

const engine = join(repository, "web/src/engine");
const folder = join(repository, packageFolder);

/** heed.js and workers.js with the WebAssembly beside them, types, and a package.json: what `npm pack` publishes. */
export async function buildPackage() {
  await build({
    configFile: false,
    root: engine,
    base: "./",
    logLevel: "warn",
    worker: {
      format: "es",
      rolldownOptions: {
        output: { entryFileNames: "worker.js", chunkFileNames: "worker-[name].js", assetFileNames: "[name][extname]" },
      },
    },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      modulePreload: false,
      // Not Vite's library mode, which would put the WebAssembly into the script as base64.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { heed: join(engine, "heed.ts"), workers: join(engine, "workers.ts") },
        preserveEntrySignatures: "strict",
        output: {
          format: "es",
          entryFileNames: "[name].js",
          // What heed.js shares with the others would be called like it.
          chunkFileNames: ({ name }) => (name === "heed" ? "core.js" : "[name].js"),
          assetFileNames: "[name][extname]",
        },
      },
    },
  });
  await writeTypes();
  for (const file of ["LICENSE", "README.md"]) copyFileSync(join(repository, file), join(folder, file));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
}

/** The declarations of heed.ts and of what it imports, the generated ones of the core among them. */
async function writeTypes() {
  const config = join(repository, "build/package-types.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: engine,
    outDir: folder,
  };
  const settings = {
    extends: "../tsconfig.json",
    compilerOptions,
    files: [join(engine, "heed.ts"), join(engine, "workers.ts")],
    include: [],
  };
  writeFileSync(config, JSON.stringify(settings));
  await run(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: repository });

  const declarations = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".d.ts"));
  const texts = declarations.map((file) => [file, readFileSync(join(folder, file), "utf8")]);
  for (const module of ["heed-core", "heed-lab"])
    if (texts.some(([, text]) => text.includes(`/core/${module}`)))
      cpSync(join(engine, `core/${module}.d.ts`), join(folder, `core/${module}.d.ts`));
  // Node's way of resolving types wants the extensions that a bundler does without.
  for (const [file, text] of texts)
    writeFileSync(join(folder, file), text.replace(/((?:from|import\() ?"\.[^"]*?)(?:\.[jt]s)?"/g, '$1.js"'));
}

function manifest() {
  const { name, version, description, license, type, engines } = JSON.parse(
    readFileSync(join(repository, "package.json"), "utf8"),
  );
  const exports = {
    ".": { types: "./heed.d.ts", default: "./heed.js" },
    "./workers": { types: "./workers.d.ts", default: "./workers.js" },
  };
  return { name, version, description, license, type, engines, exports, sideEffects: false };
}
