import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cached } from "../cache.mjs";
import { debianRelease, downloadPackages } from "../debian.mjs";
import { outputOf, run, say } from "../process.mjs";

const version = "3.7.1";

/**
 * The folders of Catch2's CMake configuration, built once for this machine and once for WebAssembly, as building it takes longer than
 * building the core. Undefined where CMake is to fetch and build Catch2 itself.
 */
export async function findCatch2(emscripten) {
  if (debianRelease === undefined) return undefined;
  const source = await cached(`catch2-${version}-source`, async (part) => {
    say(`Fetching Catch2 ${version} (1 MB) …`);
    const downloads = join(part, "downloads");
    mkdirSync(downloads);
    const files = await downloadPackages("trixie", ["catch2"], downloads, { sources: true });
    const archive = files.find((file) => /\.orig\.tar\.\w+$/.test(file));
    await run("tar", ["-xf", archive, "-C", part, "--strip-components=1"]);
    rmSync(downloads, { recursive: true });
  });
  const compiler = outputOf("c++", "--version") ?? "";
  const native = await build(source, `native-${digest(compiler)}`, []);
  const toolchain = join(emscripten, "cmake/Modules/Platform/Emscripten.cmake");
  const wasm = await build(source, `wasm-${digest(emscripten)}`, [
    `-DCMAKE_TOOLCHAIN_FILE=${toolchain}`,
    "-DCMAKE_CXX_FLAGS=-fwasm-exceptions",
  ]);
  return { native, wasm };
}

async function build(source, kind, options) {
  const folder = await cached(`catch2-${version}-${kind}`, async (part, final) => {
    say(`Building Catch2 (${kind.split("-")[0]}) …`);
    const work = join(part, "build");
    await run("cmake", [
      ...["-S", source, "-B", work, "-G", "Ninja"],
      ...["-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_STANDARD=20", "-DBUILD_TESTING=OFF"],
      // It is its headers that take long: few large units, and little optimisation, build it in a fifth of the time.
      ...["-DCMAKE_UNITY_BUILD=ON", "-DCMAKE_UNITY_BUILD_BATCH_SIZE=60", "-DCMAKE_CXX_FLAGS_RELEASE=-O1"],
      ...["-DCATCH_INSTALL_DOCS=OFF", "-DCMAKE_INSTALL_LIBDIR=lib", `-DCMAKE_INSTALL_PREFIX=${final}`],
      ...options,
    ]);
    await run("cmake", ["--build", work]);
    await run("cmake", ["--install", work, "--prefix", part]);
    rmSync(work, { recursive: true });
  });
  return [join(folder, "lib/cmake/Catch2"), join(folder, "share/cmake/Catch2")].find(existsSync);
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
