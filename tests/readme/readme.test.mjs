// Every snippet of the README is run as a reader would run it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const repository = join(import.meta.dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");

/** The only block of a language. */
function snippet(language) {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  assert.equal(blocks.length, 1, `one ${language} block`);
  return blocks[0][1];
}

/** An empty folder inside the repository, from where `import "heed"` finds it. */
function folder(name) {
  const path = join(repository, "build/readme", name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });

test("the JavaScript prints what the README says", () => {
  const cwd = folder("js");
  writeFileSync(join(cwd, "example.mjs"), snippet("js"));
  assert.equal(run(process.execPath, ["example.mjs"], cwd), snippet("text"));
});

test("the C++ builds with the CMake shown and runs", () => {
  const cwd = folder("cpp");
  writeFileSync(join(cwd, "CMakeLists.txt"), snippet("cmake"));
  writeFileSync(join(cwd, "example.cpp"), snippet("cpp"));
  symlinkSync(repository, join(cwd, "heed"));
  // As for the project's own build, Eigen is where preparing put it or where CMake finds it.
  const prepared = readFileSync(join(repository, "build/toolchain/eigen.cmake"), "utf8");
  const eigen = /set\(Eigen3_DIR "?([^")]+)/.exec(prepared)?.[1];
  run("cmake", ["-B", "build", "-G", "Ninja", ...(eigen ? [`-DEigen3_DIR=${eigen}`] : [])], cwd);
  run("cmake", ["--build", "build"], cwd);
  const lines = run("build/example", [], cwd).trim().split("\n");
  assert.equal(lines.length, 8);
  assert.equal(lines[0], "query 0 sees 1 keys, entropy 0.000 nats, weight of itself 1.000");
});

test("the commands exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const [, name] of readme.matchAll(/npm (?:run )?([a-z:]+)/g)) assert.ok(name in scripts, `npm run ${name}`);
});
