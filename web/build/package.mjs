import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { rolldown } from "rolldown";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { run } from "../../cpp/toolchain/process.mjs";
import { inlineCss, source, variant } from "./bundle.mjs";
import { coreFolder, packageFolder } from "./folders.mjs";
import { buildSelfContained } from "./self-contained.mjs";

const folder = join(repository, packageFolder);

/** What scripts are made, of which sources. */
const entries = {
  heed: "compute/heed.ts",
  models: "models/models.ts",
  workers: "compute/workers.ts",
  worker: "compute/tasks/worker.ts",
  "training-worker": "compute/training/training-worker.ts",
  "models-thread": "models/threads/models-thread.ts",
  "formats-worker": "compute/files/reader-worker.ts",
  figures: "hosts/figures.ts",
  frame: "hosts/frame/frame.ts",
};

/** The engine, the figures as modules and as scripts that need nothing beside them, types: what `npm pack` publishes. */
export async function buildPackage() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await buildModules();
  await buildSelfContained(folder);
  for (const file of readdirSync(join(repository, coreFolder)).filter((name) => name.endsWith(".wasm")))
    copyFileSync(join(repository, coreFolder, file), join(folder, file));
  // What the figures of trained models fetch.
  cpSync(join(repository, "web/public/models"), join(folder, "models"), { recursive: true });
  await writeTypes();
  for (const file of ["LICENSE", "README.md", "CHANGELOG.md", "web/embed.html", "web/model-example.html"])
    copyFileSync(join(repository, file), join(folder, file.replace("web/", "")));
  mkdirSync(join(folder, "python"));
  copyFileSync(join(repository, "web/python/heed.py"), join(folder, "python/heed.py"));
  // Part of models.js; its licence, Apache 2.0, goes with it.
  copyFileSync(
    join(repository, "node_modules/@huggingface/tokenizers/LICENSE"),
    join(folder, "LICENSE-huggingface-tokenizers"),
  );
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
}

/** One graph, so that pages that use several of them fetch what they share once. */
async function buildModules() {
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(source, file)])),
    plugins: [inlineCss(), readdress()],
    resolve: variant("lean"),
    platform: "browser",
    preserveEntrySignatures: "strict",
    transform: { target: "es2022" },
    checks: { pluginTimings: false },
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await build.write({
    dir: folder,
    format: "es",
    minify: true,
    entryFileNames: "[name].js",
    // What an entry shares with others would be called like it.
    chunkFileNames: ({ name }) => (name in entries ? `${name}-shared.js` : `${name}.js`),
  });
  await build.close();
}

/** Workers and WebAssembly lie beside the scripts, wherever they are among the sources. */
const readdress = () => ({
  name: "readdress",
  transform: (code, id) =>
    code.replaceAll(/new URL\("(\.[^"]+\.(?:ts|wasm))", import\.meta\.url\)/g, (_, path) => {
      const file = join(dirname(id), path);
      const [entry] = Object.entries(entries).find(([, script]) => join(source, script) === file) ?? [];
      if (!entry && !path.endsWith(".wasm")) throw new Error(`${id} fetches ${file}, which is no entry of the package`);
      return `new URL("./${entry ? `${entry}.js` : basename(path)}", import.meta.url)`;
    }),
});

const declared = ["compute/heed", "models/models", "compute/workers", "hosts/figures", "hosts/widget"];

/** The declarations of what is exported, and of what those mention. */
async function writeTypes() {
  const made = join(repository, "build/package-types");
  const config = `${made}.json`;
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: source,
    outDir: made,
  };
  const files = [...declared.map((name) => `${name}.ts`), "compute/modules/virtual.d.ts"];
  const settings = {
    extends: "../tsconfig.json",
    compilerOptions,
    files: files.map((file) => join(source, file)),
    include: [],
  };
  rmSync(made, { recursive: true, force: true });
  writeFileSync(config, JSON.stringify(settings));
  await run(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: repository });
  cpSync(join(repository, coreFolder), join(made, "compute/core"), { recursive: true });
  const taken = new Set();
  const take = (name) => {
    if (taken.has(name)) return;
    taken.add(name);
    // Node's way of resolving types wants the extensions that a bundler does without.
    const text = readFileSync(join(made, `${name}.d.ts`), "utf8").replace(
      /((?:from|import\() ?"\.[^"]*?)(?:\.[jt]s)?"/g,
      '$1.js"',
    );
    mkdirSync(dirname(join(folder, "types", name)), { recursive: true });
    writeFileSync(join(folder, "types", `${name}.d.ts`), text);
    for (const [, path] of text.matchAll(/(?:from|import\() ?"(\.[^"]*)\.js"/g)) take(join(dirname(name), path));
  };
  declared.forEach(take);
}

/** That of the repository, as what lies in this folder needs it. */
function manifest() {
  const { name, version, description, license, type, engines, exports, sideEffects } = JSON.parse(
    readFileSync(join(repository, "package.json"), "utf8").replaceAll(`./${packageFolder}/`, "./"),
  );
  return { name, version, description, license, type, engines, exports, sideEffects };
}
