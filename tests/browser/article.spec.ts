import { brotliCompressSync, gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { textBeyond } from "./beyond";
import { contentWidth } from "./figure-page";
import { layout } from "./font-sets.mjs";
import { errorsOf } from "./notebook-page";
import { expectStill, watchShifts } from "./shifts";
import { watchSiteFiles } from "./site-files";
import { textSmallerThan } from "./small-text";
import { violationsOf } from "./violations";

/** Down the article as a reader goes, until every figure has come and has been drawn. */
async function readThrough(page: Page): Promise<void> {
  const figures = page.locator("main > .breakout");
  expect(await figures.count()).toBeGreaterThanOrEqual(9);
  for (const figure of await figures.all()) {
    await figure.evaluate((element) => element.scrollIntoView());
    await expect(figure.locator(".figure")).toBeVisible({ timeout: 20_000 });
    await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 20_000 });
  }
  await page.waitForLoadState("networkidle");
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1200, 390]) {
    test(`axe finds nothing in the whole article, ${colorScheme}, ${width} px`, async ({ page }) => {
      test.setTimeout(150_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/");
      await readThrough(page);
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}

for (const width of [320, 390, 820, 1200]) {
  test(`nothing moves and nothing sticks out from top to bottom, ${width} px`, { tag: layout }, async ({ page }) => {
    test.setTimeout(90_000);
    const errors = errorsOf(page);
    await page.setViewportSize({ width, height: 900 });
    await watchShifts(page);
    await page.goto("/");
    await readThrough(page);
    // A tenth of what counts as good: a line of text may wrap once its figure is there.
    // Room is measured for figures at rest: in letters wider than are in use, texts of the moment before wrap once more.
    await expectStill(page, test.info().project.name === "wide letters" ? 0.025 : 0.01);
    expect(await contentWidth(page)).toBeLessThanOrEqual(width);
    expect(await textBeyond(page, 8)).toEqual([]);
    expect(errors).toEqual([]);
  });
}

test("on a phone no text of the article is below 12 px", async ({ page }) => {
  test.setTimeout(90_000);
  await page.setViewportSize({ width: 390, height: 900 });
  await page.goto("/");
  await readThrough(page);
  expect(await textSmallerThan(page, 12)).toEqual([]);
});

for (const width of [320, 390])
  test(`nothing sticks out of the gallery, ${width} px`, { tag: layout }, async ({ page }) => {
    test.setTimeout(90_000);
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/gallery.html");
    for (const tag of await page.locator("h2").allTextContents()) {
      const figure = page.locator(tag.slice(1, -1));
      await figure.evaluate((element) => element.scrollIntoView());
      await expect(figure.locator(".figure")).toBeVisible({ timeout: 20_000 });
      await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 20_000 });
    }
    expect(await contentWidth(page)).toBeLessThanOrEqual(width);
    expect(await textBeyond(page, 8)).toEqual([]);
  });

test("the whole article with all its figures is at most 496 KB gzipped, models aside", async ({ page }) => {
  test.setTimeout(90_000);
  const filesLoaded = watchSiteFiles(page);
  await page.goto("/");
  await readThrough(page);
  // What reads the file of the last figure counts too.
  await expect(page.locator("#own-numbers .message")).toContainText("example.npz: Q and K");
  await page.waitForLoadState("networkidle");
  const files = [...filesLoaded()].filter(([path]) => !path.endsWith(".safetensors"));
  const total = (compressed: (body: Buffer) => Buffer) =>
    files.reduce((sum, [, body]) => sum + compressed(body).length, 0);
  // What brotli makes of it, as most hosts send it, is told too.
  const brotli = total((body) => brotliCompressSync(body));
  const gzip = total((body) => gzipSync(body, { level: 9 }));
  test.info().annotations.push({ type: "article", description: `${brotli} bytes by brotli, ${gzip} by gzip` });
  expect(files.filter(([path]) => path.endsWith(".wasm")).length).toBe(2);
  // Of these heed-lab has 154 KB, heed-core 61; six sections with figures, questions, files by known layouts and the stored copy took 60.
  expect(gzip).toBeLessThanOrEqual(496_000);
});

test("headings go down one level at a time, and every section can be linked to", async ({ page }) => {
  await page.goto("/");
  const headings = await page
    .locator("h1, h2, h3")
    .evaluateAll((all) => all.map(({ localName, id }) => [localName, id]));
  expect(headings.filter(([name]) => name === "h1").length).toBe(1);
  expect(headings.filter(([name, id]) => name === "h2" && !id)).toEqual([]);
  const targets = await page
    .locator('a[href^="#"]')
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  for (const target of new Set(targets)) await expect(page.locator(target ?? "nothing")).toHaveCount(1);
});
