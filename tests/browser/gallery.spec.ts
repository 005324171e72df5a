import { expect, test } from "@playwright/test";

/** Width of a line in the fonts that the pictures were taken with, 13 px sans-serif: other fonts draw other pictures. */
const fontWidth = 363;

/**
 * What may differ: the edges of lines, which browsers draw a little differently where two tiles of the screen meet (12 pixels
 * have been seen). A pixel counts from a difference that is seen in a cell's colour, a twentieth of the way from black to white;
 * a word, a mark, a stroke of a line and a cell of the maps that are read cover more than 40.
 */
const sameness = { threshold: 0.05, maxDiffPixels: 40, timeout: 15_000 };

/** One picture a figure, in tests/browser/pictures/figures: `--update-snapshots` takes those anew that changed on purpose. */
test("every figure looks as it did", async ({ page }) => {
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/gallery.html");
  const tags = await page.locator("h2").allTextContents();
  expect(tags.length).toBeGreaterThanOrEqual(9);
  const width = await page.evaluate(() => {
    const pen = document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D;
    pen.font = "13px sans-serif";
    return Math.round(pen.measureText("Query 4 gives key 7 a weight of 0.022, a sixth of an even share").width);
  });
  for (const name of tags) {
    const tag = name.slice(1, -1);
    const figure = page.locator(tag);
    await figure.evaluate((element) => element.scrollIntoView());
    await expect(figure.locator(".figure")).toBeVisible({ timeout: 20_000 });
    await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 20_000 });
    // It is drawn from a sample first, and in parts.
    if (tag === "heed-long-map") await expect(figure).toContainText("Complete", { timeout: 60_000 });
    if (width === fontWidth) await expect.soft(figure).toHaveScreenshot(`${tag}.png`, sameness);
    else expect((await figure.screenshot()).length).toBeGreaterThan(5000);
  }
});
