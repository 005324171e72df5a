/**
 * npm run test:recipes -- [NAME]: each recipe of web/docs/embedding.md in the site that the tool's own starter makes, built and opened in
 * Chromium. What is missing is installed (Docusaurus alone is 350 MB, so that this is no part of `npm test`).
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "@playwright/test";
import { preview } from "vite";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { installPackages } from "../../cpp/toolchain/debian.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { say, which } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { figuresOnPage } from "../hosts/figures-on-page.mjs";
import { freePort } from "../run/free-port.mjs";

const recipes = ["hugo", "jekyll", "docusaurus", "webpack"];
const library = join(repository, "dist/package");
const guide = readFileSync(join(repository, "web/docs/embedding.md"), "utf8");

/** The recipe that begins with this name, to the next one. */
const recipe = (name) => {
  const start = guide.indexOf(`\n${name}`);
  assert.ok(start >= 0, `web/docs/embedding.md has no recipe ${name}`);
  const end = guide.slice(start + 2).search(/\n\*\*|\n## /);
  return guide.slice(start, start + 2 + end);
};
/** Its code in a fence. */
const codeOf = (name) => /```\w*\n([\s\S]*?)```/.exec(recipe(name))[1];
/** The code in its text that begins so. */
const codeIn = (name, begins) =>
  [...recipe(name).matchAll(/`([^`]+)`/g)].map(([, code]) => code).find((code) => code.startsWith(begins));

await main(async () => {
  await build();
  const folder = mkdtempSync(join(tmpdir(), "heed-recipes-"));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", library, "--json"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }),
  );
  const tools = { library, packed: join(folder, filename), codeOf, codeIn };
  const browser = await chromium.launch({ executablePath: await findBrowser("chromium"), args: ["--no-sandbox"] });
  try {
    for (const name of recipes.filter((each) => !process.argv[2] || each === process.argv[2])) {
      const { make, packages } = await import(`./${name}.mjs`);
      for (const [program, needed] of Object.entries(packages)) if (!which(program)) await installPackages(needed);
      await tryIn(browser, name, await make(folder, tools));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function tryIn(browser, name, { root, base, pages }) {
  const server = await preview({
    configFile: false,
    root: dirname(root),
    base,
    // A folder's page is its index.html.
    appType: "mpa",
    build: { outDir: root },
    preview: { host: "localhost", port: await freePort() },
  });
  try {
    for (const path of pages) {
      const page = await browser.newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on(
        "console",
        (message) =>
          message.type() === "error" && !message.text().startsWith("Failed to load") && problems.push(message.text()),
      );
      // Starters without a theme have no picture for the tab.
      page.on(
        "response",
        (response) =>
          response.status() >= 400 && !response.url().endsWith("/favicon.ico") && problems.push(response.url()),
      );
      await page.goto(new URL(path, server.resolvedUrls.local[0]).href);
      await page.locator("heed-notebook").scrollIntoViewIfNeeded();
      await page.waitForFunction(`(${figuresOnPage})().drawn > 0`, undefined, { timeout: 60_000 });
      const { count, drawn } = await page.evaluate(`(${figuresOnPage})()`);
      assert.deepEqual([count, drawn], [1, 1]);
      const heads = await page.locator("heed-notebook").evaluate(({ publicState }) => publicState.heads);
      assert.equal(Number(heads), 2, "the attribute heads has no effect");
      assert.deepEqual(problems, []);
      say(`${name}, ${path}: the figure is drawn`);
      if (process.argv[3]) await page.screenshot({ path: join(process.argv[3], `${name}.png`) });
      await page.close();
    }
  } finally {
    await server.close();
  }
}
