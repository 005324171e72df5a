/**
 * npm run fuzz -- [COUNT] [SEED] [NAME]: a million calls by default of every function that the bindings register, under the sanitizers, as
 * many functions at a time as there are processors; and as many damaged files for the page's readers of files and for the core's. NAME
 * chooses among them: "formats", "formats.npy" or "formats." (each of the page's readers by itself, as many files for each), "recordings",
 * "model-files", "safetensors", "model_texts", or how the name of a function begins, as "core.", "lab.Model" or
 * "models.CoreModel.forward".
 */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createServer } from "vite";

import { debianRelease, installPackages } from "../../cpp/toolchain/debian.mjs";
import { findJson } from "../../cpp/toolchain/libraries/json.mjs";
import { main, prepare, repository } from "../../cpp/toolchain/prepare.mjs";
import { outputOf, run, SetupError, say, which } from "../../cpp/toolchain/process.mjs";
import { functionsToDrive, fuzzFunction, tell } from "./bindings/fuzz.mjs";
import { buildModules } from "./bindings/modules.mjs";

const [count = 1_000_000, seed = Date.now() % 2 ** 31] = process.argv.slice(2, 4).map(Number);
const only = process.argv[4] ?? "";
/** Milliseconds that a file may take, as libFuzzer has it too: who runs this by hand sees whether the machine is busy. */
const most = 1000;
await main(async () => {
  if ("formats".startsWith(only))
    await fuzzFiles("formats.ts", ({ fuzzFormats }) => fuzzFormats(count, seed, "", most));
  if (only.startsWith("formats.")) await fuzzReaders(only.slice("formats.".length));
  if ("recordings".startsWith(only)) await fuzzRecordings();
  if ("model-files".startsWith(only))
    await fuzzFiles("model-files.ts", ({ fuzzModelFiles }) => fuzzModelFiles(count, seed, most));
  for (const target of ["safetensors", "model_texts"]) if (target.startsWith(only)) await fuzzReader(target);
  if (/^(core|lab|models\.|$)/.test(only)) await fuzzBindings();
});

async function fuzzBindings() {
  await prepare({ tests: true });
  await buildModules();
  let findings = 0;
  const names = (await functionsToDrive(only)).values();
  const driveNext = async () => {
    for (const name of names) {
      const result = await fuzzFunction(name, { count, seed });
      tell(name, seed, result);
      findings += result.findings.length;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, driveNext));
  if (findings > 0) throw new SetupError(`${findings} findings`);
}

/** Hands on a module in TypeScript of this folder, which may import others until `act` has ended: the page loads some readers late. */
async function withModule(file, act) {
  const server = await createServer({
    configFile: false,
    appType: "custom",
    logLevel: "error",
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    return await act(await server.ssrLoadModule(join(import.meta.dirname, file)));
  } finally {
    await server.close();
  }
}

/** The page's own readers: of figures' data, and of what models come with. */
async function fuzzFiles(file, fuzz) {
  const start = performance.now();
  const { read, refused, slowest } = await withModule(file, fuzz);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  say(
    `${file}, seed ${seed}: ${count} files, ${read} read, ${refused} refused, the slowest in ${slowest.toFixed(0)} ms; ${
      seconds
    } s, at most ${memory} MB`,
  );
}

async function fuzzReaders(name) {
  await withModule("formats.ts", async ({ readers, fuzzFormats }) => {
    for (const reader of readers.filter((each) => each.startsWith(name))) {
      const start = performance.now();
      const { read, refused, slowest, largest } = await fuzzFormats(count, seed, reader, most);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      const memory = Math.round(process.resourceUsage().maxRSS / 1024);
      say(
        `${reader}, seed ${seed}: ${count} files, ${read} read, ${refused} refused, the slowest in ${slowest.toFixed(0)} ms, numbers of at most ${largest.toFixed(1)} times the file; ${seconds} s, at most ${memory} MB`,
      );
    }
  });
}

async function fuzzRecordings() {
  const { read, refused } = await withModule("recordings.ts", ({ fuzzRecordings }) => fuzzRecordings(count, seed));
  say(`seed ${seed}: ${count} recordings, ${read} read, ${refused} refused`);
}

/** libFuzzer, which ends with an error where the target aborts, a sanitizer complains or a file takes a second. */
async function fuzzReader(target) {
  if (!hasLibFuzzer() && debianRelease !== undefined) await installPackages(["clang-19", "libclang-rt-19-dev"]);
  if (!hasLibFuzzer()) {
    say(`The core's reader of ${target} was not tried: that needs clang++-19 with libFuzzer.`);
    return;
  }
  const build = join(repository, "build/fuzz");
  const found = join(build, `${target}-corpus`);
  mkdirSync(found, { recursive: true });
  const program = join(build, target);
  const core = join(repository, "cpp/heed");
  const json = await findJson();
  const sourcesOf = (folder) => readdirSync(join(core, folder)).filter((name) => name.endsWith(".cpp"));
  const sources = ["io", "io/detail", "tensor"].flatMap((folder) =>
    sourcesOf(folder).map((name) => join(core, folder, name)),
  );
  await run("clang++-19", [
    ...["-std=c++20", "-O1", "-g", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"],
    ...["-I", join(repository, "cpp"), ...(json ? ["-isystem", join(json, "../../../include")] : [])],
    ...[join(import.meta.dirname, `${target}.cpp`), ...sources, "-o", program],
  ]);
  const settings = [`-runs=${count}`, `-seed=${seed}`, "-max_len=4096", "-timeout=1", `-artifact_prefix=${build}/`];
  const words = [`-dict=${join(import.meta.dirname, `${target}.dict`)}`, "-verbosity=0", "-print_final_stats=1"];
  const examples = ["formats", "models"].map((folder) => join(repository, "tests/fixtures", folder)).filter(existsSync);
  await run(program, [...settings, ...words, found, ...examples], { show: true });
}

function hasLibFuzzer() {
  if (!which("clang++-19")) return false;
  const machine = { x64: "x86_64", arm64: "aarch64" }[process.arch];
  // The bare name where there is none.
  return outputOf("clang++-19", `--print-file-name=libclang_rt.fuzzer-${machine}.a`)?.startsWith("/") ?? false;
}
