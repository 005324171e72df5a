import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { serve } from "../../web/start.mjs";
import { machine, table, writeJson } from "./report.mjs";

/** What makes each figure as large as it can be, where it has a size. */
const largest = {
  "heed-steps": { tokens: 8, dim: 8 },
  "heed-scaling": { dim: 4096, keys: 128 },
  "heed-masks": { tokens: 24 },
  "heed-generation": { arrived: 12 },
  "heed-heads": { heads: 16 },
  "heed-look-up": { count: 8 },
  "heed-notebook": { heads: 16, tokens: 64 },
};

const turns = 20;

const median = (numbers) => (numbers.length > 0 ? [...numbers].sort((a, b) => a - b)[numbers.length >> 1] : null);
const most = (numbers) => (numbers.length > 0 ? Math.max(...numbers) : null);

/**
 * `npm run bench:figures [-- --json FILE]`: for each figure of the gallery, as it is first and at its largest, the milliseconds
 * from a change of a control to the new result and to the frame that shows it, and those of work of a move of the pointer.
 */
await main(async () => {
  await build();
  const site = await serve(0);
  try {
    const rows = await measured(site.address, await findBrowser("chromium"));
    const said = (value) => (value === null ? "" : value.toFixed(1));
    const names = ["result", "frame", "slowest frame", "hover", "slowest hover"];
    const lines = rows.map(({ figure, size, ...numbers }) => [
      figure,
      size,
      ...names.map((name) => said(numbers[name])),
    ]);
    say(table(["ms", "size", ...names], lines));
    writeJson({ ...machine(), figures: rows });
  } finally {
    await site.stop();
  }
});

async function measured(address, executablePath) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const rows = [];
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, serviceWorkers: "block" });
    const page = await context.newPage();
    await page.goto(`${address}gallery.html`);
    const tags = (await page.locator("h2").allTextContents()).map((text) => text.slice(1, -1));
    for (const tag of tags) {
      const figure = page.locator(tag);
      await figure.evaluate((element) => element.scrollIntoView());
      await figure.locator(".figure").waitFor();
      await figure.and(page.locator(":not([aria-busy])")).waitFor();
      const sizes = { "as it is": {}, ...(largest[tag] ? { largest: largest[tag] } : {}) };
      for (const [size, state] of Object.entries(sizes)) {
        const changes = await figure.evaluate(changesOf, { state, turns });
        const hovers = await figure.evaluate(hoversOf, turns);
        rows.push({
          figure: tag,
          size,
          result: median(changes.map(({ result }) => result)),
          frame: median(changes.map(({ frame }) => frame)),
          "slowest frame": most(changes.map(({ frame }) => frame)),
          hover: median(hovers),
          "slowest hover": most(hovers),
        });
      }
    }
  } finally {
    await browser.close();
  }
  return rows;
}

/** In the page. The first change, which may be to another size, is not counted; a figure without a seed or temperature has none. */
async function changesOf(figure, { state, turns }) {
  const shown = figure.state ?? {};
  const next =
    "seed" in shown
      ? (turn) => ({ seed: 100 + turn })
      : "temperature" in shown
        ? (turn) => ({ temperature: turn % 2 ? 1 : 1.1 })
        : undefined;
  if (!next) return [];
  const times = [];
  for (let turn = 0; turn <= turns; turn++) {
    const drawn = new Promise((done) => figure.addEventListener("heed-result", done, { once: true }));
    const start = performance.now();
    figure.state = { ...figure.state, ...state, ...next(turn) };
    // A figure whose numbers do not depend on what was changed tells of no result.
    const isDrawn = await Promise.race([drawn.then(() => true), new Promise((done) => setTimeout(done, 5000))]);
    if (!isDrawn) break;
    const result = performance.now() - start;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push({ result, frame: performance.now() - start });
    await new Promise((done) => setTimeout(done, 50));
  }
  return times.slice(1);
}

/** In the page: what handlers of a move do at once and in the frame after it, layout included. */
async function hoversOf(figure, turns) {
  const target = [...(figure.shadowRoot?.querySelectorAll(".cells, canvas, svg") ?? [])].find(
    (element) => element.getBoundingClientRect().width > 0,
  );
  if (!target) return [];
  const { left, top, width, height } = target.getBoundingClientRect();
  const times = [];
  for (let turn = 0; turn < turns; turn++) {
    const share = (turn + 0.5) / turns;
    const at = { clientX: left + share * width, clientY: top + ((turn * 7) % turns) * (height / turns) };
    const begin = new Promise((done) => requestAnimationFrame(() => done(performance.now())));
    const start = performance.now();
    const hit = figure.shadowRoot.elementFromPoint(at.clientX, at.clientY) ?? target;
    const move = { pointerType: "mouse", bubbles: true, composed: true, ...at };
    hit.dispatchEvent(new PointerEvent("pointermove", move));
    const atOnce = performance.now() - start;
    const end = new Promise((done) =>
      requestAnimationFrame(() => {
        figure.getBoundingClientRect();
        done(performance.now());
      }),
    );
    times.push(atOnce + (await end) - (await begin));
  }
  return times;
}
