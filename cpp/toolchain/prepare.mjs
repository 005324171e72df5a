import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBrowser } from "./browser.mjs";
import { writeCmakeSettings } from "./cmake-settings.mjs";
import { findEmscripten } from "./emscripten.mjs";
import { ensureFonts } from "./fonts.mjs";
import { findCatch2 } from "./libraries/catch2.mjs";
import { findEigen } from "./libraries/eigen.mjs";
import { findJson } from "./libraries/json.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { isMain, SetupError } from "./process.mjs";
import { ensurePrograms } from "./programs.mjs";
import { findPython } from "./python.mjs";
import { atLeast } from "./version.mjs";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * Sees to everything that building (and, with `tests`, testing) needs: uses what is on the machine, fetches the rest into the cache,
 * throws a SetupError that names what is missing and how to install it. Quick where nothing is to do.
 */
export async function prepare({ tests = false } = {}) {
  checkNode();
  await ensureNodePackages(repository);
  await ensurePrograms(["cmake", "ninja", "c++", "make", ...(tests ? ["clang-format-19", "pkg-config"] : [])]);
  const emscripten = await findEmscripten(repository);
  const eigen = await findEigen();
  const json = await findJson();
  const catch2 = tests ? await findCatch2(emscripten) : undefined;
  const browser = tests ? await findBrowser("chromium") : undefined;
  const firefox = tests ? await findBrowser("firefox") : undefined;
  if (tests) await ensureFonts();
  const python = tests ? await findPython() : undefined;
  writeCmakeSettings(repository, { tests, emscripten, eigen, json, catch2 });
  return { emscripten, eigen, json, catch2, browser, firefox, python };
}

function checkNode() {
  const oldest = "20.19";
  const { node } = process.versions;
  if (!atLeast(node, oldest))
    throw new SetupError(`Node ${node} is too old: ${oldest} or newer is needed (https://nodejs.org).`);
}

/** Runs a command's main function; a SetupError ends it with its message, anything else with its stack. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exit(1);
  }
}

if (isMain(import.meta.url))
  await main(async () => console.log(await prepare({ tests: process.argv.includes("--tests") })));
