import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { startHub } from "../hub/hub.mjs";
import { compareWhole } from "../package/compare-with-fixture.mjs";
import { modelFixture } from "../package/model-fixture.mjs";
import { openInPage } from "../package/model-in-page.mjs";
import { figuresOnPage } from "./figures-on-page.mjs";
import { createHosts } from "./server.mjs";

/** Host pages, and how many figures are on them. */
const pages = {
  script: 3,
  module: 3,
  "script-elsewhere": 1,
  "module-elsewhere": 1,
  "policy-script": 2,
  "policy-no-workers": 2,
  "policy-module": 1,
  "policy-elsewhere": 1,
  widget: 1,
  hostile: 1,
  ten: 10,
};
const enough = 20_000;

const hosts = createHosts();
const folder = mkdtempSync(join(tmpdir(), "heed-firefox-"));
let browser;
let origin;

before(async () => {
  await new Promise((resolve) => hosts.listen(0, resolve));
  origin = `http://localhost:${hosts.address().port}`;
  browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: await findBrowser("firefox"),
    headless: true,
    // The window has its size from the start: to change it takes a command that Firefox 140 does not know.
    defaultViewport: null,
    args: ["--width=1200", "--height=1000"],
  });
});
after(async () => {
  await browser?.close();
  hosts.close();
  hosts.closeAllConnections();
  rmSync(folder, { recursive: true });
});

async function open(address) {
  const page = await browser.newPage();
  await page.goto(address);
  assert.equal(await page.evaluate(() => innerWidth), 1200);
  return page;
}

async function drawn(page, count) {
  const start = performance.now();
  let state;
  do {
    state = await page.evaluate(figuresOnPage);
    if (state.drawn === count && state.count === count) return Math.round(performance.now() - start);
    // Modules wait for their figures to come near.
    await page.evaluate(() => scrollBy(0, 500));
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (performance.now() - start < enough);
  return assert.fail(`after ${enough / 1000} s: ${JSON.stringify(state)}`);
}

for (const [name, count] of Object.entries(pages))
  test(`Firefox draws what is on ${name}.html`, async (context) => {
    const page = await open(`${origin}/pages/${name}.html`);
    context.diagnostic(`drawn ${await drawn(page, count)} ms after load`);
    await page.close();
  });

test("Firefox opens a page from a disk", async () => {
  writeFileSync(
    join(folder, "heed-figures.js"),
    readFileSync(join(import.meta.dirname, "../../dist/package/heed-figures.js")),
  );
  const html = readFileSync(join(import.meta.dirname, "pages/script.html"), "utf8").replace("../lib/", "");
  writeFileSync(join(folder, "page.html"), html);
  const page = await open(pathToFileURL(join(folder, "page.html")).href);
  await drawn(page, 3);
  await page.close();
});

test("Firefox computes what the notebook printed", async () => {
  const page = await open(`${origin}/pages/script.html`);
  await drawn(page, 3);
  const text = await page.evaluate(
    () => document.querySelector("heed-notebook").shadowRoot.querySelector(".statistics").textContent,
  );
  // One head of the notebook: largest weight and mean entropy.
  assert.match(text, /0\.8964.*0\.5858/s);
  await page.close();
});

test("Firefox gives a frame the height of its figure", async () => {
  const page = await open(`${origin}/pages/frame.html`);
  await page.waitForFunction(() => document.querySelector("iframe").clientHeight > 800, { timeout: enough });
  await page.close();
});

for (const name of ["gpt2", "qwen2", "t5"])
  test(`Firefox opens ${name} from a hub, which computes what transformers computes`, async () => {
    const fixture = modelFixture(name);
    const hub = await startHub({ [`test/${name}`]: fixture.files });
    const page = await open(`${origin}/pages/blank-module.html`);
    try {
      await compareWhole(
        fixture,
        await openInPage(page, "/lib/models.js", { hub: `test/${name}`, endpoint: hub.address }),
      );
    } finally {
      await page.close();
      hub.close();
    }
  });
