import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes what was found to build/toolchain/, where CMakeLists.txt and the presets read it. */
export function writeCmakeSettings(repository, { tests, emscripten, eigen, json, catch2 }) {
  const folder = join(repository, "build/toolchain");
  mkdirSync(folder, { recursive: true });
  const platform = join(emscripten, "cmake/Modules/Platform/Emscripten.cmake");
  // A build folder can't change its compiler.
  if (writeIfChanged(join(folder, "emscripten.cmake"), `include("${platform}")\n`))
    for (const preset of ["wasm", "wasm-threads"])
      rmSync(join(repository, "build", preset), { recursive: true, force: true });
  writeIfChanged(join(folder, "eigen.cmake"), eigen ? `set(Eigen3_DIR "${eigen}")\n` : "");
  writeIfChanged(join(folder, "json.cmake"), json ? `set(nlohmann_json_DIR "${json}")\n` : "");
  // Once prepared for tests, a build folder stays so: switching to and fro would configure it anew each time.
  const testSettings = join(folder, "tests.cmake");
  if (tests || !existsSync(testSettings)) writeIfChanged(testSettings, tests ? settingsForTests(catch2) : "");
}

function settingsForTests(catch2) {
  const found =
    catch2 &&
    `if(EMSCRIPTEN)\n  set(Catch2_DIR "${catch2.wasm}")\nelse()\n  set(Catch2_DIR "${catch2.native}")\nendif()\n`;
  return `set(HEED_TESTS ON)\n${found ?? ""}`;
}

/** An untouched file keeps CMake from configuring again. Returns whether it was written. */
function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  writeFileSync(file, text);
  return true;
}
