import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { serve } from "../../web/start.mjs";
import { tokenIds } from "./models/gpt2.mjs";
import { writeCheckpoint } from "./models/safetensors.mjs";
import { machine, option, table, writeJson } from "./report.mjs";

/**
 * `npm run bench:explorer [-- --json FILE] [--rounds N] [--model FOLDER]`: the explorer with a model of GPT-2 small's shape. From the
 * answer of the forward pass until the frame that shows the chosen head, and until that which shows all 144 thumbnails; the longest task
 * of the page's own thread meanwhile; frames while the pointer moves; what the page weighs before a model. FOLDER keeps the
 * checkpoint, half a gigabyte, from one time to the next.
 */
await main(async () => {
  await build();
  const given = option("model");
  const folder = given ?? mkdtempSync(join(tmpdir(), "heed-explorer-"));
  if (!existsSync(join(folder, "config.json"))) writeCheckpoint(folder, "F32");
  const site = await serve(0);
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath: await findBrowser("chromium"), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    const responses = [];
    page.on("response", (response) => responses.push(response));
    await page.addInitScript(watch);
    await page.goto(new URL("explorer.html", site.address).href, { waitUntil: "networkidle" });
    const bodies = await Promise.all(responses.map((response) => response.body()));
    const kilobytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0) / 1000;
    say(`The page before a model: ${kilobytes.toFixed(1)} KB gzipped.`);
    await page
      .getByLabel("A model's files")
      .setInputFiles(["config.json", "model.safetensors"].map((name) => join(folder, name)));
    await page.getByRole("button", { name: "open as stored" }).click({ timeout: 60_000 });
    await page.locator("#model-facts:not(:empty)").waitFor({ timeout: 120_000 });
    await page.evaluate(() => window.explorerWatch.settled());
    const rows = [];
    for (const tokens of [64, 1024]) {
      const rounds = [];
      for (let round = 0; round < Number(option("rounds", tokens === 64 ? 7 : 3)); round++) {
        // Other tokens each time.
        const ids = tokenIds(tokens + round)
          .slice(round)
          .join(" ");
        rounds.push(await page.evaluate(typed, ids));
      }
      const frames = await hover(page);
      const typical = (of) => rounds.map(of).sort((a, b) => a - b)[rounds.length >> 1];
      rows.push({
        tokens,
        forward: typical(({ forward }) => forward),
        head: typical(({ head }) => head),
        grid: typical(({ grid }) => grid),
        longest: Math.max(...rounds.map(({ longest }) => longest)),
        hoverMedian: frames.median,
        hoverLongest: frames.longest,
      });
      say(JSON.stringify(rows.at(-1)));
    }
    const names = ["tokens", "forward", "head", "grid", "longest task", "hover: frame", "longest task"];
    say(table(names, rows.map(Object.values)));
    writeJson({ ...machine(), kilobytes, rows });
  } finally {
    await browser.close();
    await site.stop();
    if (!given) rmSync(folder, { recursive: true });
  }
});

/** In the page, before its scripts: when the worker answers what, and the long tasks of the page's own thread. */
function watch() {
  const answers = [];
  const asked = new Map();
  const tasks = [];
  let waiting = 0;
  let last = 0;
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...others) {
    if (message?.name) {
      if (asked.size === 0) this.addEventListener("message", receive);
      asked.set(message.id, { name: message.name, run: message.request?.run, at: performance.now() });
      waiting++;
    }
    return post.call(this, message, ...others);
  };
  const receive = ({ data }) => {
    const question = asked.get(data.id);
    if (!question || "progress" in data) return;
    waiting--;
    last = performance.now();
    const answer = { ...question, took: last - question.at, answered: last };
    answers.push(answer);
    // The frame after the page's own listener has drawn.
    requestAnimationFrame(() => setTimeout(() => Object.assign(answer, { shown: performance.now() })));
  };
  window.explorerWatch = {
    answers,
    tasks,
    async settled() {
      do await new Promise((done) => setTimeout(done, 200));
      while (waiting > 0 || performance.now() - last < 500);
    },
  };
}

/** In the page: a text is typed; milliseconds from the answer of the run on. */
async function typed(ids) {
  const { answers, tasks, settled } = window.explorerWatch;
  answers.length = 0;
  tasks.length = 0;
  const text = document.querySelector("#text");
  text.value = ids;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  const run = answers.find(({ name }) => name === "run");
  const head = answers.find(({ name }) => name === "head");
  const layers = answers.filter(({ name }) => name === "layer");
  if (!run || !head || layers.length !== 12) throw new Error(`the page asked ${answers.map(({ name }) => name)}`);
  return {
    forward: run.took,
    head: head.shown - run.answered,
    grid: layers.at(-1).shown - run.answered,
    longest: Math.max(0, ...tasks.map(({ duration }) => duration)),
  };
}

/** Frames while the pointer moves over the map and the tokens. */
async function hover(page) {
  const boxes = await Promise.all(
    [".head-view .cells", ".text-view .tokens:not([hidden])"].map(async (part) => {
      await page.locator(part).scrollIntoViewIfNeeded();
      return page.locator(part).boundingBox();
    }),
  );
  await page.evaluate(() => {
    window.explorerWatch.tasks.length = 0;
    const frames = [];
    window.explorerFrames = frames;
    let before = performance.now();
    const next = (now) => {
      frames.push(now - before);
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  for (const box of boxes) {
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.9, { steps: 60 });
  }
  return page.evaluate(async () => {
    await window.explorerWatch.settled();
    const frames = [...window.explorerFrames].sort((a, b) => a - b);
    const longest = Math.max(0, ...window.explorerWatch.tasks.map(({ duration }) => duration));
    return { median: frames[frames.length >> 1], longest };
  });
}
