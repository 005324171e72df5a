import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { watchMemory } from "./page-memory.mjs";
import { machine, option, writeJson } from "./report.mjs";
import { summary } from "./rounds.mjs";
import { staticFiles } from "./static-files.mjs";

/**
 * `npm run bench:files [-- --json FILE] [--rounds N] [--only NAME]`: files that a reader chooses in <heed-attention>: 144 heads of 1,024 tokens in half
 * precision, as NPY, and 2 million rows of CSV. How soon the first map is drawn, beyond bare reading of the file's bytes; what memory the
 * page's process takes at its peak, all maps described; and how long the page's frames take meanwhile.
 */
const tokens = 1024;
const files = {
  "144 heads.npy": writeMaps,
  "2 million rows.csv": writeTable,
};

await main(async () => {
  await build();
  const { default: puppeteer } = await import("puppeteer-core");
  const folder = mkdtempSync(join(tmpdir(), "heed-files-"));
  const html = `<!doctype html><script type="module" src="/package/figures.js"></script><heed-attention></heed-attention>`;
  const server = createServer((request, response) =>
    staticFiles({ package: `${repository}/dist/package` })(request, response, () =>
      response.setHeader("content-type", "text/html").end(html),
    ),
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const results = {};
  let chromium = "";
  try {
    const only = option("only", "");
    for (const [name, write] of Object.entries(files).filter(([name]) => name.includes(only))) {
      const path = join(folder, name);
      write(path);
      const { size } = statSync(path);
      const rounds = [];
      for (let round = 0; round < Number(option("rounds", 3)); round++) {
        // A browser of its own: memory that one file took is not given back at once.
        const browser = await puppeteer.launch({
          executablePath: await findBrowser("chromium"),
          headless: true,
          args: ["--no-sandbox"],
        });
        chromium = await browser.version();
        try {
          rounds.push(await measure(browser, path, `http://127.0.0.1:${server.address().port}/`));
        } finally {
          await browser.close();
        }
        say(JSON.stringify(rounds.at(-1)));
      }
      const typical = (of) => summary(rounds.map(of)).typical;
      const result = {
        bytes: size,
        readSeconds: typical(({ bare }) => bare),
        mapSeconds: typical(({ drawn }) => drawn),
        mapAfterRead: typical(({ drawn, bare }) => drawn - bare),
        allSeconds: typical(({ all }) => all),
        peakOfFile: typical(({ peak }) => peak / size),
        longestFrame: typical(({ longest }) => longest),
        lateFrames: typical(({ late }) => late),
      };
      results[name] = result;
      const ms = (seconds) => `${(1000 * seconds).toFixed(0)} ms`;
      say(
        `${name}, ${(size / 1e6).toFixed(0)} MB: bytes read in ${ms(result.readSeconds)}, first map ${ms(result.mapAfterRead)} later, ` +
          `all after ${ms(result.allSeconds)}; at its peak ${result.peakOfFile.toFixed(2)} × the file; ` +
          `${(100 * result.lateFrames).toFixed(1)} % of the frames until the first map late, the longest ${ms(result.longestFrame)}`,
      );
    }
    writeJson({ ...machine(), chromium, results });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

async function measure(browser, path, address) {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(address);
  await page.waitForFunction(() =>
    document.querySelector("heed-attention").shadowRoot?.querySelector("input[type=file]"),
  );
  const bare = await readBare(browser, address, path);
  const memory = watchMemory(browser.process().pid);
  const input = await page.evaluateHandle(() =>
    document.querySelector("heed-attention").shadowRoot.querySelector("input[type=file]"),
  );
  await page.evaluate(watchFigure);
  await input.uploadFile(path);
  const times = await page.evaluate(() => window.times);
  return { bare, ...times, peak: memory.stop() };
}

/** How many seconds the bytes alone take, in a page that ends with it. */
async function readBare(browser, address, path) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.evaluate(() => {
    document.body.innerHTML = "<input type=file>";
    document.querySelector("input").onchange = ({ target }) => {
      const start = performance.now();
      window.seconds = target.files[0].arrayBuffer().then(() => (performance.now() - start) / 1000);
    };
  });
  await (await page.$("input")).uploadFile(path);
  const seconds = await page.evaluate(() => window.seconds);
  await page.close();
  return seconds;
}

/** In the page: promises seconds from the choice of a file to its first map and to all, and how long frames took until the first map. */
function watchFigure() {
  const figure = document.querySelector("heed-attention");
  window.times = new Promise((resolve, reject) => {
    figure.addEventListener("heed-error", ({ detail }) => reject(detail.error));
    figure.shadowRoot.querySelector("input[type=file]").addEventListener("change", () => {
      const start = performance.now();
      const frames = [];
      let drawn = null;
      const frame = (now) => {
        if (drawn === null) frames.push(now);
        if (drawn === null && figure.classList.contains("drawn")) drawn = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      figure.addEventListener("heed-data", () => {
        const took = frames.slice(1).map((now, i) => now - frames[i]);
        resolve({
          drawn: ((drawn ?? performance.now()) - start) / 1000,
          all: (performance.now() - start) / 1000,
          longest: Math.max(0, ...took) / 1000,
          // A frame of 60 in a second, and half of one more.
          late: took.filter((ms) => ms > 25).length / Math.max(1, took.length),
        });
      });
    });
  });
}

/** Causal weights of 12 layers of 12 heads, each row an equal share of its keys. */
function writeMaps(path) {
  const shape = `{'descr': '<f2', 'fortran_order': False, 'shape': (12, 12, ${tokens}, ${tokens}), }`;
  const header = Buffer.alloc(128, " ");
  header.set([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]);
  header.write(shape, 10);
  header.write("\n", 127);
  const map = Buffer.alloc(2 * tokens * tokens);
  for (let query = 0; query < tokens; query++)
    for (let key = 0; key <= query; key++) map.writeUInt16LE(halfOfShare(query + 1), 2 * (query * tokens + key));
  const file = openSync(path, "w");
  writeSync(file, header);
  for (let i = 0; i < 144; i++) writeSync(file, map);
  closeSync(file);
}

/** 1 / count in half precision, rounded towards zero. */
function halfOfShare(count) {
  const exponent = Math.floor(Math.log2(1 / count));
  return ((exponent + 15) << 10) | Math.floor((1 / count / 2 ** exponent - 1) * 1024);
}

/** A row for each weight of 2 layers of 4 heads of 500 tokens. */
function writeTable(path) {
  const file = openSync(path, "w");
  writeSync(file, "layer,head,query,key,weight\n");
  for (let layer = 0; layer < 2; layer++)
    for (let head = 0; head < 4; head++)
      for (let query = 0; query < 500; query++) {
        const share = (1 / (query + 1)).toFixed(6);
        const row = Array.from(
          { length: 500 },
          (_, key) => `${layer},${head},${query},${key},${key <= query ? share : 0}\n`,
        );
        writeSync(file, row.join(""));
      }
  closeSync(file);
}
