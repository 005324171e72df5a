// The C++ library as its users have it: installed, shared, found by CMake and by pkg-config.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { before, test } from "node:test";
import { writeDocs } from "../../cpp/toolchain/docs.mjs";
import { modelFixture } from "../package/model-fixture.mjs";

const repository = join(import.meta.dirname, "../..");
const folder = join(repository, "build/library");
const installed = join(folder, "installed");
const examples = join(repository, "cpp/examples");
const run = (command, args, options) => execFileSync(command, args, { encoding: "utf8", stdio: "pipe", ...options });

before(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const build = join(folder, "shared");
  // The settings that preparing wrote: where the libraries are that Heed is built with.
  run("cmake", [
    "-S",
    repository,
    "-B",
    build,
    "-G",
    "Ninja",
    "-DBUILD_SHARED_LIBS=ON",
    `-DCMAKE_INSTALL_PREFIX=${installed}`,
  ]);
  run("cmake", ["--build", build, "--target", "heed"]);
  run("cmake", ["--install", build]);
});

test("a shared library has its version in its name", () => {
  const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const names = readdirSync(join(installed, "lib"));
  const suffix = process.platform === "darwin" ? `.${version}.dylib` : `.so.${version}`;
  assert.ok(names.includes(`libheed${suffix}`), names.join(", "));
});

test("each header for users compiles alone, and all that are installed together", () => {
  const include = join(installed, "include");
  const headers = readdirSync(include, { recursive: true }).filter((name) => name.endsWith(".h"));
  const ofUsers = headers.filter((name) => dirname(name) === "heed").sort();
  assert.deepEqual(
    ofUsers.map((name) => basename(name)),
    ["attention.h", "model.h", "random.h", "tensor.h", "training.h", "version.h"],
  );
  for (const header of ofUsers)
    assert.match(readFileSync(join(include, header), "utf8"), /\/\/\/ /, `${header} says what it is for`);
  const source = join(folder, "headers.cpp");
  for (const names of [...ofUsers.map((name) => [name]), headers]) {
    writeFileSync(source, names.map((name) => `#include <${name}>\n`).join(""));
    run("c++", ["-std=c++20", "-fsyntax-only", `-I${include}`, source]);
  }
});

test("every type, function and member of the installed headers is documented", async () => {
  assert.deepEqual(await writeDocs(join(folder, "docs")), []);
  assert.match(readFileSync(join(folder, "docs/namespaceheed.html"), "utf8"), /Scaled dot-product attention/);
});

test("headers of details are not installed", () => {
  const names = readdirSync(join(installed, "include"), { recursive: true });
  assert.deepEqual(
    names.filter((name) => /\/(detail|kernels|families)(\/|$)|explain/.test(name)),
    [],
  );
});

/** Where preparing found Eigen; undefined where CMake fetches it, and programs have none of their own. */
const eigen = () =>
  /set\(Eigen3_DIR "([^"]+)"/.exec(readFileSync(join(repository, "build/toolchain/eigen.cmake"), "utf8"))?.[1];

const builtExamples = join(folder, "examples");

test("every example builds against the installed library and prints what it computes", () => {
  const settings = eigen() ? [`-DEigen3_DIR=${eigen()}`] : [];
  run("cmake", ["-S", examples, "-B", builtExamples, "-G", "Ninja", `-DCMAKE_PREFIX_PATH=${installed}`, ...settings]);
  run("cmake", ["--build", builtExamples]);
  const model = join(folder, "gpt2");
  mkdirSync(model);
  const fixture = modelFixture("gpt2");
  for (const [name, bytes] of Object.entries(fixture.files)) writeFileSync(join(model, name), bytes);
  const { input_ids: ids, logits } = fixture.expected;
  const last = Array.from(logits.data.slice(-logits.shape.at(-1)));
  const largest = Math.max(...last);
  const given = { model: [model, ...ids.data.map(String)] };
  const outputs = {
    attention:
      /^the largest difference of the outputs is below 1e-5\nquery 99 of head 0: entropy \d\.\d{3} nats of at most 4\.605\n$/,
    masks:
      /^causal {3}weights of query 1: 0\.500 0\.500 0\.000 0\.000\nwindow {3}.*: 0\.333 0\.333 0\.333 0\.000\nmask {5}.*: 0\.500 0\.500 0\.000 0\.000\nbias {5}.*: 0\.333 0\.333 0\.333 0\.000\n$/,
    views:
      /^token 0: head 0 \(1\.000, 0\.000\), head 1 \(0\.000, 2\.000\)\ntoken 1: head 0 \(0\.330, 0\.670\).*\ntoken 2: .*\nweights of token 2 in head 1: 0\.333 0\.333 0\.333\n$/,
    // The first is what transformers expects.
    model: new RegExp(
      `^token ${last.indexOf(largest)}: logit ${largest.toFixed(4)}, .*\\n(token \\d+: logit -?\\d+\\.\\d{4}, probability 0\\.\\d{4}\\n){4}$`,
    ),
    training: /^accuracy after 300 steps is above 0\.9\n$/,
  };
  const sources = readdirSync(examples).filter((name) => name.endsWith(".cpp"));
  const names = [...Object.keys(outputs), "eigen"];
  assert.deepEqual(sources.map((name) => name.replace(".cpp", "")).sort(), names.sort());
  for (const [name, output] of Object.entries(outputs))
    assert.match(run(join(builtExamples, name), given[name] ?? []), output);
});

test("the example with Eigen, built beside the others, prints what it computes", (context) => {
  if (!eigen()) return context.skip("no Eigen is prepared for programs");
  assert.match(run(join(builtExamples, "eigen")), /^0\.000 0\.000\n0\.401 1\.401\n0\.140 1\.140\n0\.000 0\.000\n$/);
});

test("pkg-config finds the installed library", () => {
  const env = { ...process.env, PKG_CONFIG_PATH: join(installed, "lib/pkgconfig") };
  const flags = run("pkg-config", ["--cflags", "--libs", "heed"], { env }).trim().split(/\s+/);
  const program = join(folder, "with-pkg-config");
  run("c++", [
    "-std=c++20",
    join(examples, "masks.cpp"),
    "-o",
    program,
    ...flags,
    `-Wl,-rpath,${join(installed, "lib")}`,
  ]);
  assert.match(run(program, []), /^causal/);
});

test("a compiler set to an older C++ is told what is needed", () => {
  const source = join(folder, "old.cpp");
  writeFileSync(source, "#include <heed/attention.h>\n");
  const { status, stderr } = spawnSync(
    "c++",
    ["-std=c++17", "-fsyntax-only", `-I${join(installed, "include")}`, source],
    {
      encoding: "utf8",
    },
  );
  assert.notEqual(status, 0);
  assert.match(stderr, /Heed needs a compiler with C\+\+20/);
});
