import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { ensureNodePackages } from "../../cpp/toolchain/node-packages.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { machine, option, percent, roundsAsked, row, table, writeJson } from "./report.mjs";
import { staticFiles } from "./static-files.mjs";
import { works } from "./works.mjs";

const here = import.meta.dirname;
const folders = {
  heed: join(repository, "dist/package"),
  peers: join(here, "node_modules"),
  bench: here,
  register_tile: join(repository, "build/wasm/cpp/tools"),
};
/**
 * `npm run bench [-- --json FILE] [--rounds N] [--best] [--longest N]`: Heed, onnxruntime-web and TensorFlow.js in one page of
 * headless Chromium, one thread each. Medians; `--best` takes the best rounds instead, for a machine that is busy.
 */
await main(async () => {
  await build();
  await ensureNodePackages(here);
  for (const version of ["baseline", "relaxed"]) await buildTarget("wasm", `register_tile_${version}`);
  const server = serve();
  const { chromium } = await import("@playwright/test");
  const executablePath = await findBrowser("chromium");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
  try {
    await bench(browser, `http://localhost:${server.address().port}/bench/page/index.html`);
  } finally {
    await browser.close();
    server.close();
  }
});

function serve() {
  const answer = staticFiles(folders);
  return createServer((request, response) => answer(request, response, () => response.writeHead(404).end())).listen(0);
}

async function bench(browser, address) {
  const versionOf = (name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"))).version;
  const versions = {
    heed: JSON.parse(readFileSync(join(repository, "package.json"))).version,
    onnxruntime: versionOf("onnxruntime-web"),
    tfjs: versionOf("@tensorflow/tfjs-backend-wasm"),
    chromium: browser.version(),
  };
  say(
    `GFLOP/s in Chromium ${versions.chromium}, one thread each. Heed ${versions.heed}; onnxruntime-web ${versions.onnxruntime}; ` +
      `TensorFlow.js (wasm) ${versions.tfjs}`,
  );
  const inPage = async (function_, ...args) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(0);
    await page.exposeFunction("say", say);
    await page.goto(address);
    const call = async ([name, list]) => (await import("/bench/page/bench.mjs"))[name](...list, globalThis.say);
    const result = await page.evaluate(call, [function_, args]);
    await context.close();
    return result;
  };

  const rounds = roundsAsked();
  const rows = [];
  for (const { name } of works) {
    const { figures, ...more } = await inPage("measure", name, rounds);
    rows.push(row(name, figures, more));
  }
  const head = ["work", "Heed", "onnxruntime", "tfjs", "ratio", "peak", "of peak", "noise", "their ways"];
  const cells = rows.map((r) => [
    ...[r.work, r.heed, r.onnxruntime, r.tfjs, r.ratio, r.peak, percent(r.heed / r.peak), percent(r.noise)],
    `${r.ways.onnxruntime}; ${r.ways.tfjs}`,
  ]);
  say(table(head, cells));

  const cold = {};
  for (const name of ["heed", "onnxruntime", "tfjs"]) cold[name] = await inPage("cold", name);
  say(
    `\nFrom load to first result: ${Object.entries(cold)
      .map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`)
      .join(", ")}`,
  );
  const module = gzipSync(readFileSync(join(folders.heed, "heed-core-relaxed.wasm")), { level: 9 }).length;
  say(`Heed's module: ${(module / 1000).toFixed(1)} KB compressed`);

  const speedup = await inPage("workers", { ...rounds, rounds: 2 * rounds.rounds });
  say(`Two workers: ${speedup.toFixed(2)} × one (H 8, N 1024)`);

  const longest = Number(option("longest", 32768));
  const lengths = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768].filter((length) => length <= longest);
  const { points, exponent } = await inPage("scaling", lengths);
  say("\nH 1, d 64, Heed alone:");
  say(
    table(
      ["N", "ms", "GFLOP/s"],
      points.map((p) => [String(p.length), p.seconds * 1000, p.gflops]),
    ),
  );
  if (longest > 1024) say(`Time grows as N^${exponent.toFixed(2)} from 1024 on`);
  writeJson({
    ...machine(),
    versions,
    rows,
    cold,
    moduleBytes: module,
    twoWorkers: speedup,
    scaling: { points, exponent },
  });
}
