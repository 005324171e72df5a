import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cached } from "./cache.mjs";
import { debianRelease, downloadPackages, unpackPackage } from "./debian.mjs";
import { outputOf, run, SetupError, say, which } from "./process.mjs";
import { ensurePrograms } from "./programs.mjs";
import { atLeast } from "./version.mjs";

/** The first with relaxed SIMD, generated TypeScript types and native exceptions all as we use them. */
const oldest = "3.1.69";

/** Emscripten's root folder: the one on this machine if it is new enough, else Debian 13's in the cache. */
export async function findEmscripten(repository) {
  const own = ownEmscripten();
  if (own && atLeast(own.version, oldest)) return own.root;
  if (debianRelease === undefined || debianRelease < 12) {
    const found = own ? `Emscripten ${own.version} is too old` : "Emscripten is missing";
    throw new SetupError(
      `${found}: ${oldest} or newer is needed, as \`emcc\` on PATH or with EMSDK set.\n` +
        "  macOS: brew install emscripten\n" +
        "  any system: git clone https://github.com/emscripten-core/emsdk && cd emsdk && ./emsdk install latest && " +
        "./emsdk activate latest && source ./emsdk_env.sh",
    );
  }
  await ensurePrograms(["clang-19", "wasm-ld-19", "llvm-ar-19", "patchelf", "python3"]);
  const folder = await cached(`emscripten-${oldest}`, (part, final) => fetchFromDebian(repository, part, final));
  return join(folder, "usr/share/emscripten");
}

/** $EMSDK first, then PATH. */
function ownEmscripten() {
  const sdk = process.env.EMSDK && join(process.env.EMSDK, "upstream/emscripten");
  const emcc = sdk && existsSync(join(sdk, "emcc")) ? join(sdk, "emcc") : which("emcc");
  if (!emcc) return undefined;
  // A folder that holds its version is read; a wrapper script (Homebrew's) has to be asked, which takes longer.
  const beside = dirname(realpathSync(emcc));
  const root = existsSync(join(beside, "emscripten-version.txt"))
    ? beside
    : outputOf(join(dirname(emcc), "em-config"), "EMSCRIPTEN_ROOT");
  if (!root || !existsSync(join(root, "emscripten-version.txt"))) return undefined;
  const version = readFileSync(join(root, "emscripten-version.txt"), "utf8").replace(/["\s]|-git/g, "");
  return { root, version };
}

async function fetchFromDebian(repository, part, final) {
  say(`Fetching Emscripten ${oldest} (246 MB) …`);
  const downloads = join(part, "downloads");
  mkdirSync(downloads);
  const libraries = ["libc6", "libstdc++6", "libgcc-s1"];
  const files = await downloadPackages("trixie", ["emscripten", "binaryen", ...libraries], downloads);
  say("Unpacking Emscripten …");
  // Libraries for dynamic linking are half of the 1.6 GB, and nothing here uses them.
  const exclude = [
    "*/wasm32-emscripten/pic",
    "*/wasm32-emscripten/lto-pic",
    "./usr/share/emscripten/test",
    "./usr/share/doc",
    "./usr/share/man",
  ];
  await Promise.all(files.map((file) => unpackPackage(file, part, { exclude })));
  rmSync(downloads, { recursive: true });

  await runBinaryenOnItsOwnLibraries(part, final);
  configure(part, final);
  copyAcorn(repository, join(part, "usr/share/emscripten/node_modules"));
}

/** Debian 13's programs want a newer C library than Debian 12 has: they get the one that they came with. */
async function runBinaryenOnItsOwnLibraries(part, final) {
  const architecture = readdirSync(join(part, "usr/lib")).find((name) => name.endsWith("-linux-gnu"));
  const libraries = join("usr/lib", architecture);
  const loader = readdirSync(join(part, libraries)).find((name) => name.startsWith("ld-linux"));
  const programs = readdirSync(join(part, "usr/bin")).filter((name) => name.startsWith("wasm-"));
  const rpath = ["--set-rpath", join(final, libraries)];
  for (const program of programs)
    await run("patchelf", [
      "--set-interpreter",
      join(final, libraries, loader),
      ...rpath,
      join(part, "usr/bin", program),
    ]);
  await run("patchelf", [...rpath, join(part, libraries, "libbinaryen.so")]);
}

/** In the place where `emcc` looks by itself, so that nobody has to set EM_CONFIG. */
function configure(part, final) {
  const root = join(final, "usr/share/emscripten");
  const settings = {
    LLVM_ROOT: "/usr/lib/llvm-19/bin",
    BINARYEN_ROOT: join(final, "usr"),
    NODE_JS: process.execPath,
    EMSCRIPTEN_ROOT: root,
    CACHE: join(root, "cache"),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  writeFileSync(join(part, "usr/share/emscripten/.emscripten"), [...lines, "FROZEN_CACHE = True", ""].join("\n"));
}

/** `emcc` looks for acorn above its own folder. A copy, since the clone that this one came from may be deleted. */
function copyAcorn(repository, folder) {
  cpSync(join(repository, "node_modules/acorn"), join(folder, "acorn"), { recursive: true });
}
