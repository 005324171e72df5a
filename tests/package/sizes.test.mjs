/** What a page fetches, compressed as most servers do it (gzip); the limits are what a page can add without being slow. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const folder = join(repository, "dist/package");
const read = (file) => readFileSync(join(folder, file));
const kilobytes = (files) => files.reduce((sum, file) => sum + gzipSync(read(file), { level: 9 }).length, 0) / 1000;

/** The scripts and what they import, each once; what they import only when something is asked for is not among them. */
function withImports(scripts, seen = new Set()) {
  for (const script of scripts.filter((name) => !seen.has(name))) {
    seen.add(script);
    const imports = read(script)
      .toString()
      .matchAll(/\bfrom\s*["'`]\.\/([^"'`]+)["'`]|\bimport\s*["'`]\.\/([^"'`]+)["'`]/g);
    withImports(
      [...imports].map(([, from, alone]) => from ?? alone),
      seen,
    );
  }
  return [...seen];
}

for (const script of ["heed-figures.js", "heed-widget.js"])
  test(`${script}, which needs nothing else, is at most 227 KB`, (context) => {
    const size = kilobytes([script]);
    context.diagnostic(`${size.toFixed(1)} KB`);
    assert.ok(size <= 227, `${size} KB`);
  });

const figures = readdirSync(folder)
  .filter((name) => /^heed-.*\.js$/.test(name) && !/^heed-(figures|widget|frame|shared|models-threads)\.js$/.test(name))
  .map((name) => name.replace(".js", ""));

/** Training has its panels and transport, and many heads a comparison of two sides and what reads a reader's own. */
const limits = { "heed-training": 70, "heed-heads": 69 };
const limitOf = (figure) => limits[figure] ?? 62;

for (const figure of figures)
  test(`a page with <${figure}> fetches at most ${limitOf(figure)} KB besides the worker and the WebAssembly`, (context) => {
    const element = kilobytes(withImports(["figures.js", `${figure}.js`]));
    const worker = kilobytes(withImports(["worker.js"]));
    context.diagnostic(`element ${element.toFixed(1)} KB, worker ${worker.toFixed(1)} KB`);
    assert.ok(element <= limitOf(figure), `${element} KB`);
  });

test("heed-frame.js, for the pages around frames, is at most 6 KB", () => assert.ok(kilobytes(["heed-frame.js"]) <= 6));

test("the core is at most 64 KB", (context) => {
  const size = kilobytes(["heed-core-relaxed.wasm"]);
  context.diagnostic(`${size.toFixed(1)} KB`);
  assert.ok(size <= 64, `${size} KB`);
});

test("models come in scripts and WebAssembly of their own, of which nothing else has a part", (context) => {
  const scripts = withImports(["models.js"]);
  const size = kilobytes([...scripts, "heed-models-relaxed.wasm"]);
  context.diagnostic(`scripts ${kilobytes(scripts).toFixed(1)} KB, with the WebAssembly ${size.toFixed(1)} KB`);
  // 239 KB of it is WebAssembly.
  assert.ok(size <= 262, `${size} KB`);
  const own = /heed-models(-threads)?(-relaxed)?\.wasm|models\.js/;
  const ofModels = /^(models|models-thread|heed-models-threads|start-threads)\.js$/;
  for (const script of readdirSync(folder).filter((name) => name.endsWith(".js") && !ofModels.test(name)))
    assert.doesNotMatch(read(script).toString(), own, script);
});
