/**
 * The package in projects of other people's: installed by npm, bundled as they would, run in Node and in Chromium from a
 * sub-folder of a static server.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { build as esbuild } from "esbuild";
import puppeteer from "puppeteer-core";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { makeConsumer } from "./consumer.mjs";

const consumer = makeConsumer();
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  try {
    const body = readFileSync(join(consumer.folder, decodeURIComponent(pathname)));
    response.writeHead(200, { "content-type": types[extname(pathname)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
let browser;

before(async () => {
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  browser = await puppeteer.launch({ executablePath: await findBrowser("chromium"), args: ["--no-sandbox"] });
});
after(async () => {
  await browser?.close();
  server.close();
  server.closeAllConnections();
  consumer.remove();
});

const vite = (...args) =>
  execFileSync(process.execPath, [join(repository, "node_modules/vite/bin/vite.js"), ...args], {
    cwd: consumer.folder,
    stdio: "pipe",
  });
const bundle = (outdir, entryPoints, options = {}) =>
  esbuild({
    absWorkingDir: consumer.folder,
    entryPoints,
    outdir,
    bundle: true,
    format: "esm",
    minify: true,
    logLevel: "silent",
    ...options,
  });

/** The engine by itself, and on workers; what they say stands in the page. The notebook printed 0.5858 nats. */
consumer.write(
  "engine.js",
  `import { loadHeed } from "heed";
  const heed = await loadHeed();
  const { x } = heed.notebook();
  const { entropy } = heed.attention({ query: x, key: x, value: x });
  const mean = entropy.data.reduce((a, b) => a + b) / entropy.data.length;
  const text = "mean entropy " + mean.toFixed(4);
  if (globalThis.document) document.body.append(text);
  else console.log(text);`,
);
consumer.write(
  "workers.js",
  `import { createEngine } from "heed/workers";
  const engine = createEngine(1);
  const { single } = await engine.notebook({ tokens: 8, dModel: 64, heads: 4, seed: 42, causal: false, temperature: 1 });
  document.body.append("mean entropy " + single.meanEntropy.toFixed(4));
  engine.close();`,
);
consumer.write("figures.js", 'import "heed/figures";');
consumer.write("one-script.js", 'import "heed/self-contained";');

const page = (script, content = "") =>
  `<!doctype html><meta charset="utf-8"><title>consumer</title><body>${content}<script type="module" src="./${script}"></script>`;
const figure = "<heed-notebook></heed-notebook>";

/** Opens a page, and waits until its text, or that of its figure, has this in it. */
async function shows(address, text) {
  const tab = await browser.newPage();
  const problems = [];
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("requestfailed", (request) => problems.push(request.url()));
  tab.on("response", (response) => {
    if (response.status() >= 400 && !response.url().endsWith("favicon.ico")) problems.push(response.url());
  });
  await tab.goto(`http://localhost:${server.address().port}/${address}`);
  try {
    await tab.waitForFunction(
      (wanted) => {
        const shown = document.querySelector("heed-notebook")?.shadowRoot ?? document.body;
        return shown.textContent.includes(wanted);
      },
      { timeout: 20_000 },
      text,
    );
  } catch (error) {
    assert.fail(`${address}: ${error.message}; ${problems.join(", ")}`);
  }
  assert.deepEqual(problems, []);
  await tab.close();
}

test("Node prints what the notebook printed", () => {
  const printed = execFileSync(process.execPath, ["engine.js"], { cwd: consumer.folder, encoding: "utf8" });
  assert.equal(printed, "mean entropy 0.5858\n");
});

test("a plain module script, without a bundler: engine, workers and figures", async () => {
  consumer.write(
    "plain.html",
    `<!doctype html><meta charset="utf-8"><title>plain</title><body>
    <script type="importmap">{"imports": {"heed": "./node_modules/heed/heed.js", "heed/workers": "./node_modules/heed/workers.js"}}</script>
    <script type="module" src="./engine.js"></script>`,
  );
  consumer.write(
    "plain-workers.html",
    readFileSync(join(consumer.folder, "plain.html"), "utf8").replace("engine", "workers"),
  );
  consumer.write("plain-figures.html", page("node_modules/heed/figures.js", figure));
  await shows("plain.html", "mean entropy 0.5858");
  await shows("plain-workers.html", "mean entropy 0.5858");
  await shows("plain-figures.html", "0.5858");
});

test("Vite finds the WebAssembly and the workers by itself", async () => {
  for (const name of ["engine", "workers", "figures"]) {
    consumer.write("index.html", page(`${name}.js`, name === "figures" ? figure : ""));
    vite("build", "--base", "./", "--outDir", `vite/${name}`, "--logLevel", "error");
    await shows(`vite/${name}/index.html`, "0.5858");
  }
});

test("esbuild: the WebAssembly lies beside the script, the workers are entries of their own", async () => {
  const copy = (out, ...files) => {
    for (const file of files) copyFileSync(join(consumer.library, file), join(consumer.folder, out, file));
  };
  const wasm = ["heed-core.wasm", "heed-core-relaxed.wasm"];
  await bundle("esbuild/engine", ["engine.js"]);
  copy("esbuild/engine", ...wasm);
  await bundle("esbuild/workers", ["workers.js", "node_modules/heed/worker.js"], {
    splitting: true,
    entryNames: "[name]",
  });
  copy("esbuild/workers", ...wasm);
  await bundle("esbuild/figures", ["one-script.js"]);
  for (const [folder, script] of [
    ["engine", "engine"],
    ["workers", "workers"],
    ["figures", "one-script"],
  ]) {
    consumer.write(`esbuild/${folder}/index.html`, page(`${script}.js`, folder === "figures" ? figure : ""));
    await shows(`esbuild/${folder}/index.html`, "0.5858");
  }
});

test("the engine comes without the figures, and what is not used does not come at all", async (context) => {
  const sizeOf = (folder) =>
    readdirSync(join(consumer.folder, folder))
      .filter((name) => name.endsWith(".js"))
      .reduce((sum, name) => sum + readFileSync(join(consumer.folder, folder, name)).length, 0);
  await bundle("esbuild/alone", ["engine.js"]);
  const engine = sizeOf("esbuild/alone");
  context.diagnostic(`the engine alone: ${engine} bytes of script`);
  // What Emscripten writes to load and call the core is 25 KB; the smallest figure is three times that.
  assert.ok(engine < 32_000, `${engine} bytes`);
  consumer.write(
    "unused.js",
    'import { loadHeed } from "heed"; import { createEngine } from "heed/workers"; console.log(1);',
  );
  await bundle("esbuild/unused", ["unused.js"]);
  assert.ok(sizeOf("esbuild/unused") < 100, `${sizeOf("esbuild/unused")} bytes`);
});
