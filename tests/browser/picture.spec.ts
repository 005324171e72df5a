import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { NotebookPage } from "./notebook-page";

const picture = join(import.meta.dirname, "pictures/page.png");

/** The README's picture. HEED_PICTURE=1 takes it anew. */
test("the page can be taken a picture of", async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 1340 });
  await new NotebookPage(page).open("?cell=4,2&map=3");
  const image = await page.screenshot(process.env.HEED_PICTURE ? { path: picture } : {});
  expect(image.length).toBeGreaterThan(50_000);
  expect(existsSync(picture)).toBe(true);
});
