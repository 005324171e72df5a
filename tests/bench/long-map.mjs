/**
 * `node tests/bench/long-map.mjs [ADDRESS] [--json FILE]`: the long heatmap in headless Chromium, as its reader meets it.
 * Opens the built page (or the one at ADDRESS) at 16,384 and 131,072 causal tokens: time from asking for the weights to the
 * coarse picture and to the complete one, frames while panning, and the memory of the page and its workers.
 */
import { writeFileSync } from "node:fs";
import { preview } from "vite";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { siteConfig } from "../../web/build/site.mjs";
import { build } from "../../web/build.mjs";

const frames = 240;
/** How long the complete picture is waited for. */
const mostMilliseconds = 180_000;

await main(async () => {
  const given = process.argv.slice(2).find((argument) => argument.startsWith("http"));
  const server = given ? undefined : await serve();
  const address = given ?? server.resolvedUrls.local[0];
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({
    executablePath: await findBrowser("chromium"),
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  const rows = [];
  try {
    for (const tokens of [16384, 131072]) rows.push(await measure(browser, address, tokens));
  } finally {
    await browser.close();
    await server?.close();
  }
  const at = process.argv.indexOf("--json");
  if (at > 0) writeFileSync(process.argv[at + 1], JSON.stringify({ chromium: browser.version(), rows }, null, 2));
});

async function serve() {
  await build();
  return preview({ ...siteConfig, build: { outDir: "../dist/site" }, preview: { port: 0 } });
}

async function measure(browser, address, tokens) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  page.setDefaultTimeout(600_000);
  await page.addInitScript(() => {
    globalThis.times = {};
    // The first report comes when the weights are asked for, after the head has been made.
    const note = ({ detail: { share, sampled } }) => {
      const { times } = globalThis;
      times.share = share;
      times.asked ??= performance.now();
      const drawn = (name) => requestAnimationFrame(() => setTimeout(() => (times[name] ??= performance.now())));
      if (sampled && !times.isSampled) drawn("coarse");
      times.isSampled ||= sampled;
      if (share === 1 && !times.complete) drawn("complete");
    };
    addEventListener("heed-progress", note, true);
  });
  await page.goto(`${address}?long-tokens=${tokens}`);
  const figure = page.locator("heed-long-map");
  await figure.scrollIntoViewIfNeeded();
  await page
    .waitForFunction(() => globalThis.times.complete, null, { timeout: mostMilliseconds })
    .catch((error) => say(error.name));
  const { asked, coarse, complete, share } = await page.evaluate(() => globalThis.times);
  const memory = await memoryOf(browser);
  const pan = complete && (await panAcross(page));
  const row = { tokens, coarse: coarse - asked, complete: complete ? complete - asked : null, share, memory, pan };
  say(
    `${tokens} tokens, causal: coarse after ${Math.round(row.coarse)} ms, ` +
      (complete
        ? `complete after ${(row.complete / 1000).toFixed(1)} s`
        : `${Math.round(100 * share)} % by the time limit`) +
      `; page with workers ${Math.round(memory.renderer / 1e6)} MB resident, heap ${Math.round(memory.heap / 1e6)} MB`,
  );
  if (pan)
    say(
      `  pan over known tiles: ${pan.perSecond.toFixed(0)} frames/s; from a frame's start to its drawing done ` +
        `${pan.median.toFixed(1)} ms (95 %: ${pan.slow.toFixed(1)})`,
    );
  await page.close();
  return row;

  /** The renderer's resident memory, workers included, and the page's own heap. */
  async function memoryOf(browser) {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const { readFileSync } = await import("node:fs");
    const resident = ({ id }) => {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8")) ?? [];
      return 1000 * Number(kilobytes ?? 0);
    };
    const renderers = processInfo.filter(({ type }) => type === "renderer").map(resident);
    const heap = await page.evaluate(() => performance.memory.usedJSHeapSize);
    return { renderer: Math.max(...renderers), heap };
  }
}

/** Zooms in twice, waits for the tiles, and drags back and forth; each frame one pointer event. */
async function panAcross(page) {
  await page.locator("heed-long-map .long-cells").evaluate(async (cells) => {
    const done = () =>
      new Promise((resolve) => addEventListener("heed-progress", (event) => event.detail.share === 1 && resolve()));
    for (let i = 0; i < 2; i++) {
      const complete = done();
      cells.dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
      await complete;
    }
  });
  await page.waitForTimeout(500);
  const sweep = () =>
    page.locator("heed-long-map .long-cells").evaluate(async (cells, count) => {
      const { left, top, width } = cells.getBoundingClientRect();
      const at = (i) => ({
        bubbles: true,
        pointerId: 1,
        button: 0,
        clientX: left + width * (0.5 + 0.4 * Math.sin((i / 60) * Math.PI)),
        clientY: top + width * (0.5 + 0.4 * Math.sin((i / 45) * Math.PI)),
      });
      cells.setPointerCapture = () => {};
      cells.dispatchEvent(new PointerEvent("pointerdown", at(0)));
      const costs = [];
      const start = performance.now();
      for (let i = 1; i <= count; i++) {
        cells.dispatchEvent(new PointerEvent("pointermove", at(i)));
        costs.push(
          await new Promise((resolve) =>
            requestAnimationFrame((frame) => {
              document.body.getBoundingClientRect();
              resolve(performance.now() - frame);
            }),
          ),
        );
      }
      const perSecond = (1000 * count) / (performance.now() - start);
      cells.dispatchEvent(new PointerEvent("pointerup", at(count)));
      costs.sort((a, b) => a - b);
      return { perSecond, median: costs[Math.floor(count / 2)], slow: costs[Math.floor(0.95 * count)] };
    }, frames);
  // The first sweep asks for the tiles, the second finds them there.
  await sweep();
  await page.waitForTimeout(8000);
  return sweep();
}
