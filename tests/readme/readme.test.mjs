// Every snippet of the README is run as a reader would run it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { byteTokenizer } from "../hub/byte-tokenizer.mjs";
import { modelFixture } from "../package/model-fixture.mjs";

const repository = join(import.meta.dirname, "../..");
const readme = readFileSync(join(repository, "README.md"), "utf8");

/** The blocks of a language, of which there are `count`. */
function snippets(language, count) {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  assert.equal(blocks.length, count, `${language} blocks`);
  return blocks.map(([, text]) => text);
}

/** The only block of a language. */
const snippet = (language) => snippets(language, 1)[0];
const [attentionProgram, modelProgram] = snippets("cpp", 2);

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

/** A model of GPT-2's architecture. */
function writeModel(folder) {
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(modelFixture("gpt2").files)) writeFileSync(join(folder, name), bytes);
}

test("the checkpoint's example runs on a model of GPT-2's architecture", () => {
  const cwd = folder("models");
  writeModel(join(cwd, "gpt2"));
  writeFileSync(join(cwd, "gpt2/tokenizer.json"), byteTokenizer());
  writeFileSync(join(cwd, "example.mjs"), snippet("mjs"));
  const lines = run(process.execPath, ["example.mjs"], cwd).trim().split("\n");
  assert.deepEqual(lines.slice(0, 2), [
    "2 layers of 4 heads",
    "weights of the last layer, 11 tokens: [ 1, 4, 11, 11 ]",
  ]);
  assert.equal(lines.length, 5);
  for (const line of lines.slice(2)) {
    const [, text, probability] = /^(".*") (\d\.\d{3})$/.exec(line) ?? [];
    assert.equal(typeof JSON.parse(text), "string");
    assert.ok(Number(probability) > 0 && Number(probability) <= 1, line);
  }
});

/** As for the project's own build, the libraries are where preparing put them or where CMake finds them. */
function libraryArguments() {
  return ["eigen", "json"].flatMap((name) => {
    const prepared = readFileSync(join(repository, `build/toolchain/${name}.cmake`), "utf8");
    const [, variable, path] = /set\((\w+) "?([^")]+)/.exec(prepared) ?? [];
    return variable ? [`-D${variable}=${path}`] : [];
  });
}

/** What a program prints that is built with `cmakeLists`. */
function linesOf(program, cwd, cmakeLists, ...settings) {
  writeFileSync(join(cwd, "CMakeLists.txt"), cmakeLists);
  writeFileSync(join(cwd, "example.cpp"), program);
  run("cmake", ["-B", "build", "-G", "Ninja", ...settings], cwd);
  run("cmake", ["--build", "build"], cwd);
  return run("build/example", [], cwd).trim().split("\n");
}

/** Builds the README's example with `cmakeLists`, and checks what it prints. */
function buildExample(cwd, cmakeLists, ...settings) {
  const lines = linesOf(attentionProgram, cwd, cmakeLists, ...settings);
  assert.equal(lines.length, 8);
  assert.equal(lines[0], "query 0 sees 1 keys, entropy 0.000 nats, weight of itself 1.000");
}

test("the C++ builds with the CMake shown and runs", () => {
  const cwd = folder("cpp");
  symlinkSync(repository, join(cwd, "heed"));
  buildExample(cwd, snippet("cmake"), ...libraryArguments());
});

test("the C++ builds with FetchContent in place of a sub-folder", () => {
  const declared = `include(FetchContent)
FetchContent_Declare(heed SOURCE_DIR ${repository})
FetchContent_MakeAvailable(heed)`;
  buildExample(
    folder("fetch-content"),
    snippet("cmake").replace("add_subdirectory(heed)", declared),
    ...libraryArguments(),
  );
});

test("the example is no longer than 20 lines", () => {
  const lines = (text) => text.split("\n").filter((line) => line.trim() !== "").length;
  assert.ok(lines(attentionProgram) <= 20 && lines(modelProgram) <= 20 && lines(snippet("cmake")) <= 20);
});

test("the C++ builds against the installed library, without Eigen and nlohmann/json, and other versions are refused", () => {
  const library = folder("library");
  const prefix = folder("installed");
  run(
    "cmake",
    ["-B", ".", "-S", repository, "-G", "Ninja", `-DCMAKE_INSTALL_PREFIX=${prefix}`, ...libraryArguments()],
    library,
  );
  run("cmake", ["--build", ".", "--target", "heed"], library);
  run("cmake", ["--install", "."], library);
  const installed = snippet("cmake").replace("add_subdirectory(heed)", "find_package(heed 0.1 REQUIRED)");
  const without = ["Eigen3", "nlohmann_json"].map((name) => `-DCMAKE_DISABLE_FIND_PACKAGE_${name}=ON`);
  const settings = [`-DCMAKE_PREFIX_PATH=${prefix}`, ...without];
  buildExample(folder("find-package"), installed, ...settings);
  const withModel = folder("cpp-model");
  writeModel(join(withModel, "gpt2"));
  const lines = linesOf(modelProgram, withModel, installed, ...settings);
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, /^token \d+ with probability 0\.\d{3}$/);
  const other = installed.replace("heed 0.1", "heed 0.2");
  assert.throws(() => buildExample(folder("other-version"), other, ...settings), /requested version "0\.2"/);
});

test("the commands exist", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  for (const [, name] of readme.matchAll(/npm (?:run )?([a-z:]+)/g)) assert.ok(name in scripts, `npm run ${name}`);
});
