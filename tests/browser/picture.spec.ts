import { expect, test } from "@playwright/test";
import { hasFontSets } from "./font-sets.mjs";
import { NotebookPage } from "./notebook-page";
import { sameness } from "./sameness";

/** `--update-snapshots` takes it anew. */
test("the README's picture shows the page as it is", async ({ page }) => {
  test.skip(!hasFontSets, "browsers take the system's fonts here, which draw other pictures");
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1200, height: 1360 });
  await new NotebookPage(page).open("?cell=4,2&map=3");
  await expect(page).toHaveScreenshot(["page.png"], sameness);
});
