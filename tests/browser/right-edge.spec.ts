import { expect, test } from "@playwright/test";
import { textBeyondFigure } from "./beyond";
import { layout } from "./font-sets.mjs";

for (const width of [1200, 768, 390, 320])
  test(`at ${width} px no text passes its figure's right edge`, { tag: layout }, async ({ page }) => {
    test.setTimeout(120_000);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.goto("/gallery.html");
    const names = await page.locator("h2").allTextContents();
    expect(names.length).toBeGreaterThanOrEqual(15);
    for (const name of names) {
      const figure = page.locator(name.slice(1, -1));
      await figure.evaluate((element) => element.scrollIntoView());
      await expect(figure.locator(".figure")).toBeVisible({ timeout: 20_000 });
      await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 20_000 });
      // What is drawn before the figure knows its width is drawn anew in the next frame.
      await expect
        .configure({ soft: true })
        .poll(() => textBeyondFigure(figure), { message: name })
        .toEqual([]);
    }
  });
