// The oldest programs that are supported: what is said of them, and what is told to who has an older one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { browsers, findBrowser } from "../../cpp/toolchain/browser.mjs";

const repository = join(import.meta.dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");

test("the README names the oldest browsers that are supported", () => {
  const [, chromium, firefox] = /oldest browsers supported are Chromium (\d+) and Firefox (\d+) ESR/.exec(readme) ?? [];
  assert.deepEqual([Number(chromium), Number(firefox)], [browsers.chromium.oldest, browsers.firefox.oldest]);
});

test("a browser that is older is used, and its version said", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "heed-browser-"));
  const said = context.mock.method(process.stdout, "write", () => true);
  const old = process.env.CHROMIUM;
  const file = join(folder, "browser");
  const lines = async (version) => {
    writeFileSync(file, `#!/bin/sh\necho "Chromium ${version} built on Debian"\n`);
    chmodSync(file, 0o755);
    process.env.CHROMIUM = file;
    const before = said.mock.callCount();
    assert.equal(await findBrowser("chromium"), file);
    return said.mock.calls.slice(before).map(({ arguments: [line] }) => line);
  };
  try {
    assert.deepEqual(await lines("99.0.1"), [`${file} is Chromium 99; the oldest that is supported is 150.\n`]);
    assert.deepEqual(await lines(`${browsers.chromium.oldest}.0.1`), []);
  } finally {
    said.mock.restore();
    if (old === undefined) delete process.env.CHROMIUM;
    else process.env.CHROMIUM = old;
    rmSync(folder, { recursive: true });
  }
});

const compilerCheck = join(repository, "cpp/toolchain/cmake/compiler.cmake");

/** What CMake says of a compiler. */
function configure(compiler, version) {
  const settings = [`-DCMAKE_CXX_COMPILER_ID=${compiler}`, `-DCMAKE_CXX_COMPILER_VERSION=${version}`];
  const { status, stderr } = spawnSync("cmake", [...settings, "-P", compilerCheck], { encoding: "utf8" });
  return { isAccepted: status === 0, said: stderr.replace(/\s+/g, " ") };
}

test("a compiler that is too old is told so by CMake, with what to do; the README names the oldest", () => {
  const [, gcc, clang] = /GCC (\d+) and Clang (\d+) are the oldest compilers/.exec(readme) ?? [];
  for (const [id, name, oldest] of [
    ["GNU", "GCC", Number(gcc)],
    ["Clang", "Clang", Number(clang)],
    ["AppleClang", "Apple's Clang", 15],
  ]) {
    const older = configure(id, `${oldest - 1}.9`);
    assert.equal(older.isAccepted, false);
    assert.ok(older.said.includes(`Heed needs ${name} ${oldest} or newer;`), older.said);
    assert.ok(older.said.includes(`is ${name} ${oldest - 1}.9.`), older.said);
    assert.ok(older.said.includes("Name a newer compiler with -DCMAKE_CXX_COMPILER=PROGRAM."), older.said);
    assert.deepEqual(configure(id, `${oldest}.0`), { isAccepted: true, said: "" });
  }
});
