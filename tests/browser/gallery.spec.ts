import { expect, test } from "@playwright/test";
import { hasFontSets } from "./font-sets.mjs";
import { sameness } from "./sameness";

/** One picture a figure, in tests/browser/pictures/figures: `--update-snapshots` takes those anew that changed on purpose. */
test("every figure looks as it did", async ({ page }) => {
  test.skip(!hasFontSets, "browsers take the system's fonts here, which draw other pictures");
  test.setTimeout(180_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/gallery.html");
  const tags = await page.locator("h2").allTextContents();
  expect(tags.length).toBeGreaterThanOrEqual(9);
  for (const name of tags) {
    const tag = name.slice(1, -1);
    const figure = page.locator(tag);
    await figure.evaluate((element) => element.scrollIntoView());
    await expect(figure.locator(".figure")).toBeVisible({ timeout: 20_000 });
    await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 20_000 });
    // It is drawn from a sample first, and in parts.
    if (tag === "heed-long-map") await expect(figure).toContainText("Complete", { timeout: 60_000 });
    // Times are never the same.
    const mask = [figure.locator(".measured, [data-part=time] .curve-chart")];
    await expect.soft(figure).toHaveScreenshot(["figures", `${tag}.png`], { ...sameness, mask });
  }
});
