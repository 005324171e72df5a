import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { ensureNodePackages } from "../../cpp/toolchain/node-packages.mjs";
import { main } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { serve } from "../../web/start.mjs";
import { machine, table, writeJson } from "./report.mjs";

/** What changes between two states besides the seed, and what the largest state is. */
const changes = {
  "heed-look-up": [{ temperature: 1 }, { temperature: 1.1 }, { count: 8 }],
  "heed-steps": [{}, {}, { tokens: 8, dim: 8 }],
  "heed-scaling": [{}, {}, { dim: 4096, keys: 128 }],
  "heed-temperature": [{ temperature: 1 }, { temperature: 1.1 }, {}],
  "heed-masks": [{}, {}, { tokens: 24 }],
  "heed-generation": [{}, {}, { arrived: 12 }],
  "heed-heads": [{}, {}, { heads: 16 }],
  "heed-sentence": [{ head: 1 }, { head: 2 }, {}],
  "heed-notebook": [{}, {}, { heads: 16, tokens: 64 }],
};

/**
 * `npm run bench:page [-- --json FILE]`: Lighthouse's scores of the built article, for desktop and mobile, and each figure's
 * response: milliseconds from a change of its state until the frame that shows the new numbers, at first and at the largest.
 */
await main(async () => {
  await build();
  await ensureNodePackages(import.meta.dirname);
  const site = await serve(0);
  const executablePath = await findBrowser("chromium");
  try {
    const scores = await lighthouseScores(site.address, executablePath);
    say(
      table(
        ["Lighthouse", ...Object.keys(scores.desktop)],
        Object.entries(scores).map(([k, v]) => [k, ...Object.values(v)]),
      ),
    );
    const responses = await responsesOf(site.address, executablePath);
    say(
      table(
        ["ms from change to frame", "median", "slowest", "largest: median", "slowest"],
        responses.map(Object.values),
      ),
    );
    writeJson({ ...machine(), scores, responses });
  } finally {
    await site.stop();
  }
});

async function lighthouseScores(address, chromePath) {
  const [{ default: lighthouse, desktopConfig }, { launch }] = await Promise.all([
    import("lighthouse"),
    import("chrome-launcher"),
  ]);
  const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
  const scores = {};
  try {
    for (const [name, config] of Object.entries({ desktop: desktopConfig, mobile: undefined })) {
      const onlyCategories = ["performance", "accessibility", "best-practices"];
      const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: "error", onlyCategories }, config);
      const entries = Object.entries(lhr.categories).map(([category, { score }]) => [
        category,
        Math.round(100 * score),
      ]);
      scores[name] = Object.fromEntries(entries);
    }
  } finally {
    chrome.kill();
  }
  return scores;
}

async function responsesOf(address, executablePath) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const rows = [];
  try {
    for (const [figure, [one, other, largest]] of Object.entries(changes)) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await page.goto(address);
      const element = page.locator(figure);
      await element.evaluate((it) => it.scrollIntoView());
      await element.locator(".figure").waitFor();
      await page.waitForTimeout(3000);
      const first = await element.evaluate(responses, [one, other]);
      const most = await element.evaluate(responses, [
        { ...one, ...largest },
        { ...other, ...largest },
      ]);
      rows.push({
        figure,
        median: median(first),
        slowest: Math.max(...first),
        most: median(most),
        mostSlowest: Math.max(...most),
      });
      await page.close();
    }
  } finally {
    await browser.close();
  }
  return rows;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}

/** In the page. The first change, which may be to another size, is not counted. */
async function responses(figure, states) {
  const milliseconds = [];
  for (let turn = 0; turn <= 20; turn++) {
    const drawn = new Promise((done) => figure.addEventListener("heed-result", done, { once: true }));
    const start = performance.now();
    // No answer may have been kept: where there is a seed, it is new each time.
    const seed = "seed" in figure.state ? { seed: 100 + turn } : {};
    figure.state = { ...figure.state, ...states[turn % 2], ...seed };
    await drawn;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    milliseconds.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 100));
  }
  return milliseconds.slice(1);
}
