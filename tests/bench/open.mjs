import { createServer } from "node:http";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { startHub } from "../hub/hub.mjs";
import { config, numbersOf, tensors, tokenIds } from "./models/gpt2.mjs";
import { watchMemory } from "./page-memory.mjs";
import { machine, option, writeJson } from "./report.mjs";
import { summary } from "./rounds.mjs";
import { staticFiles } from "./static-files.mjs";

/**
 * `npm run bench:open [-- --json FILE] [--rounds N] [--dtype f32]`: a model of GPT-2 small's shape in half precision, from a hub on
 * loopback that sends 1 Gbit/s: opening it against the bare download of the same file, in turn; opening it again from the browser's
 * storage; the first attention map of 32 tokens; and what memory the page's process takes while it opens.
 */
const bytesPerSecond = 125_000_000;
const name = "bench/gpt2";
const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

await main(async () => {
  await build();
  const { default: puppeteer } = await import("puppeteer-core");
  const weights = halfPrecision();
  const files = { "config.json": Buffer.from(JSON.stringify(config)), "model.safetensors": weights };
  const hub = await startHub({ [name]: files });
  hub.faults["model.safetensors"] = { bytesPerSecond };
  const server = createServer((request, response) =>
    staticFiles({ package: `${repository}/dist/package` })(request, response, () => response.end("<!doctype html>")),
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await puppeteer.launch({
    executablePath: await findBrowser("chromium"),
    headless: true,
    args: ["--no-sandbox"],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.evaluate(startWorker);
    const source = { hub: name, endpoint: hub.address };
    const rounds = [];
    for (let round = 0; round < Number(option("rounds", 5)); round++) {
      const bare = await page.evaluate(download, `${hub.address}/${name}/resolve/main/model.safetensors`);
      const memory = watchMemory(browser.process().pid);
      const opened = await page.evaluate(ask, { act: "open", source });
      const peak = memory.stop();
      const options = { keep: true };
      const kept = await page.evaluate(ask, { act: "open", source, options });
      const again = await page.evaluate(ask, { act: "open", source, options });
      const map = await page.evaluate(ask, { act: "map", source, options, inputIds: tokenIds(32) });
      await page.evaluate(ask, { act: "forget" });
      rounds.push({ bare, opened, kept, again, map, peak });
      say(JSON.stringify(rounds.at(-1)));
    }
    const typical = (of) => summary(rounds.map(of)).typical;
    const result = {
      ratio: typical(({ opened, bare }) => opened / bare),
      keptRatio: typical(({ kept, bare }) => kept / bare),
      againSeconds: typical(({ again }) => again),
      mapSeconds: typical(({ map }) => map),
      peakBeyondWeights: typical(({ peak }) => peak - weights.length),
    };
    say(
      `${(weights.length / 1e6).toFixed(0)} MB at 1 Gbit/s: opened in ${result.ratio.toFixed(2)} of the bare download's time (at most 1.3), in ${result.keptRatio.toFixed(2)} where it is kept`,
    );
    say(
      `from storage in ${result.againSeconds.toFixed(2)} s (at most 1.5), first map ${(1000 * result.mapSeconds).toFixed(0)} ms later (at most 300)`,
    );
    say(
      `the page's process took ${(result.peakBeyondWeights / 1e6).toFixed(0)} MB more than the weights at its peak (at most 300)`,
    );
    writeJson({ ...machine(), chromium: await browser.version(), bytes: weights.length, ...result, rounds });
  } finally {
    await browser.close();
    server.close();
    hub.close();
  }
});

/** In the page: seconds. */
async function download(address) {
  const start = performance.now();
  const reader = (await fetch(address, { cache: "no-store" })).body.getReader();
  while (!(await reader.read()).done);
  return (performance.now() - start) / 1000;
}

/** A worker that opens models, as the explorer has one: it answers how many seconds what it is asked took. */
async function startWorker() {
  const work = async ({ data: { act, source, options, inputIds } }) => {
    const { deleteKeptModel, keptModels, openModel } = await import(`${self.name}/package/models.js`);
    const now = () => performance.now() / 1000;
    let start = now();
    if (act === "forget") {
      // Each round keeps the model anew.
      for (const { name } of await keptModels()) await deleteKeptModel(name);
    } else {
      const model = await openModel(source, options);
      if (act === "map") {
        start = now();
        const run = await model.run({ inputIds });
        run.head(0, 0);
        run.close();
      }
      self.postMessage(now() - start);
      model.close();
      return;
    }
    self.postMessage(now() - start);
  };
  const script = new Blob(
    [`onmessage = (event) => void (${work})(event).catch((error) => postMessage(String(error)));`],
    {
      type: "text/javascript",
    },
  );
  const worker = new Worker(URL.createObjectURL(script), { type: "module", name: location.origin });
  window.askWorker = (question) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (typeof data === "number" ? resolve(data) : reject(new Error(data)));
      worker.postMessage(question);
    });
}

function ask(question) {
  return window.askWorker(question);
}

function halfPrecision() {
  const header = {};
  const parts = [];
  let end = 0;
  for (const tensor of tensors()) {
    const bytes = Buffer.alloc(2 * tensor.size);
    numbersOf(tensor).forEach((number, i) => {
      bytes.writeUInt16LE(toHalf(number), 2 * i);
    });
    header[tensor.name] = { dtype: "F16", shape: tensor.dims, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    parts.push(bytes);
  }
  const text = JSON.stringify(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, Buffer.from(text), ...parts]);
}

/** Of small numbers, rounded towards zero: which numbers they are does not matter here. */
function toHalf(number) {
  single[0] = number;
  const exponent = ((bits[0] >>> 23) & 0xff) - 112;
  return ((bits[0] >>> 16) & 0x8000) | (exponent <= 0 ? 0 : (exponent << 10) | ((bits[0] >>> 13) & 0x3ff));
}
