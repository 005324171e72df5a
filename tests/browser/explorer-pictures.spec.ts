import { expect, test } from "@playwright/test";
import { hasFontSets } from "./font-sets.mjs";
import { sameness } from "./sameness";

/** A cell in focus, a head that is off, a text beside this one: what the views can show at once. */
const state = "?model=stories&head=2.1&query=9&key=7&off=1.2&versus=one+windy+morning%2C+Clara+met+Oscar+.";

/** In tests/browser/pictures/explorer: `--update-snapshots` takes those anew that changed on purpose. */
for (const colorScheme of ["light", "dark"] as const)
  test(`the explorer's views look as they did, ${colorScheme}`, async ({ page }) => {
    test.skip(!hasFontSets, "browsers take the system's fonts here, which draw other pictures");
    test.setTimeout(60_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: 1440, height: 1000 });
    await page.goto(`/explorer.html${state}`);
    await expect(page.locator(".layers-view tbody tr")).toHaveCount(4, { timeout: 20_000 });
    await expect(page.locator(".effects-view .by-part li")).toHaveCount(10);
    await expect(page.locator(".pair-view tbody tr")).toHaveCount(8);
    await expect(page.locator(".predictions .number.after").first()).toBeVisible();
    await expect(page.locator(".grid-reading")).toContainText("With the changes its rows move by");
    await expect(page.locator(".compare-view .map-pair figure")).toHaveCount(2);
    await expect(page.locator(".waiting")).toHaveCount(0);
    // All digits of a float differ between processors that round a product and a sum once and those that round twice.
    const mask = [page.locator(".exact")];
    for (const column of ["first", "second", "third"])
      await expect
        .soft(page.locator(`.column.${column}`))
        .toHaveScreenshot(["explorer", `${column}-${colorScheme}.png`], { ...sameness, mask });
  });
