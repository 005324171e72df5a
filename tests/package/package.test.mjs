import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const consumer = mkdtempSync(join(tmpdir(), "heed-consumer-"));
let files = [];

/** The package as it would be published, unpacked where a project that depends on it has it. */
before(() => {
  const pack = ["pack", join(repository, "dist/package"), "--json", "--pack-destination", consumer];
  const [packed] = JSON.parse(execFileSync("npm", pack, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  files = packed.files.map(({ path }) => path).sort();
  const folder = join(consumer, "node_modules/heed");
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", join(consumer, packed.filename), "-C", folder, "--strip-components=1"]);
});
after(() => rmSync(consumer, { recursive: true }));

const example = `
  import { loadHeed, type Tensor } from "heed";
  const heed = await loadHeed();
  const x: Tensor = { data: Float32Array.of(1, 0, 0, 1), shape: [1, 1, 2, 2] };
  const entropy: Float32Array = heed.attention({ query: x, key: x, value: x }, { causal: true }).entropy.data;
  console.log(entropy);
`;

test("holds the module, its types, the licence, and nothing else", () => {
  const scripts = files.filter((file) => file.endsWith(".js"));
  assert.deepEqual(scripts, [
    ...["core.js", "heed.js", "lab-tasks.js", "preload-helper.js", "serve.js"],
    ...["worker-lab-tasks.js", "worker.js", "workers.js"],
  ]);
  const others = files.filter((file) => !/\.(js|d\.ts)$/.test(file));
  const modules = ["heed-core-relaxed.wasm", "heed-core.wasm", "heed-lab-relaxed.wasm", "heed-lab.wasm"];
  assert.deepEqual(others, ["LICENSE", "README.md", ...modules, "package.json"]);
});

test("is imported by name", () => {
  const script = example.replace(", type Tensor", "").replaceAll(/: (Tensor|Float32Array)(?= =)/g, "");
  writeFileSync(join(consumer, "example.mjs"), script);
  const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: consumer, encoding: "utf8" });
  assert.match(printed, /^Float32Array\(2\) \[ 0, 0\.\d+ \]$/m);
});

for (const [name, options] of [
  ["Node's", ["--module", "nodenext"]],
  ["a bundler's", ["--module", "esnext", "--moduleResolution", "bundler"]],
])
  test(`has types that ${name} resolution finds`, () => {
    writeFileSync(join(consumer, "example.mts"), example);
    const tsc = join(repository, "node_modules/typescript/bin/tsc");
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", ...options];
    execFileSync(process.execPath, [tsc, ...strict, "example.mts"], { cwd: consumer, encoding: "utf8" });
  });
