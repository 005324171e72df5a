/** Entropy by layer of own numbers: in the figure of maps and in that of heads. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { openOwnData } from "./own-data-page";
import { violationsOf } from "./violations";

const sees = (back: number) =>
  Array.from({ length: 4 }, (_, query) => Array.from({ length: 4 }, (__, key) => Number(key === (query + back) % 4)));
const even = Array.from({ length: 4 }, () => new Array<number>(4).fill(0.25));
/** Heads of no entropy, and of the largest, ln 4 = 1.386. */
const threeLayers = {
  weights: [
    [sees(0), even],
    [even, even],
    [sees(1), sees(2)],
  ],
};

const choose = (figure: Locator, value: unknown) =>
  figure
    .locator("input[type=file]")
    .setInputFiles({ name: "mine.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) });

const chart = (figure: Locator) => figure.getByRole("application", { name: "Mean entropy of each head, by layer" });

async function openHeads(page: Page): Promise<Locator> {
  await page.goto("/");
  const figure = page.locator("heed-heads");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveClass(/drawn/, { timeout: 15_000 });
  return figure;
}

test("maps of several layers have it, to be read with keys; those of one layer have not", async ({ page }) => {
  const figure = await openOwnData(page);
  await expect(chart(figure)).toHaveCount(0);
  await choose(figure, threeLayers);
  await expect(chart(figure).locator("circle")).toHaveCount(6);
  await chart(figure).focus();
  await page.keyboard.press("ArrowRight");
  await expect(figure.locator(".reading")).toHaveText(
    "Layer 1, head 1 has a mean entropy of 0.000 nats; the mean of the layer’s 2 heads is 0.693.",
  );
  await page.keyboard.press("ArrowRight");
  await expect(figure.locator(".reading")).toHaveText(
    "Layer 2, head 1 has a mean entropy of 1.386 nats; the mean of the layer’s 2 heads is 1.386.",
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(figure.locator(".reading")).toContainText("Layer 3, head 2");
  await expect(figure.locator(".readout [role=status]")).toContainText("Layer 3, head 2");
  // Enter draws that head large.
  await page.keyboard.press("Enter");
  await expect(figure.locator(".single .title")).toHaveText("Layer 3, head 2");
  await page.keyboard.press("Escape");
  await expect(figure.locator(".reading")).not.toContainText("mean entropy of");
  await choose(figure, { weights: [threeLayers.weights[0]] });
  await expect(figure.locator(".message")).toContainText("1 layer, 2 heads");
  await expect(chart(figure)).toBeHidden();
});

test("the exact means stand in a table", async ({ page }) => {
  const figure = await openOwnData(page);
  await choose(figure, threeLayers);
  await expect(chart(figure)).toBeVisible();
  await figure.locator("summary", { hasText: "Numbers" }).first().click();
  const means = figure.getByRole("table", { name: /mean entropy of layers in nats/ });
  await expect(means).toBeVisible();
  await expect(means).toContainText("1.386");
  await expect(means).toContainText("0.693");
});

test("a dot that is pointed at is read", async ({ page }) => {
  const figure = await openOwnData(page);
  await choose(figure, threeLayers);
  await expect(chart(figure).locator("circle")).toHaveCount(6);
  await chart(figure).scrollIntoViewIfNeeded();
  await chart(figure).locator("circle").nth(1).hover({ force: true });
  await expect(figure.locator(".reading")).toContainText("Layer 1, head 2 has a mean entropy of 1.386 nats");
});

test("heads of several layers have it while all layers are compared", async ({ page }) => {
  const figure = await openHeads(page);
  await choose(figure, threeLayers);
  await expect(chart(figure).locator("circle")).toHaveCount(6);
  await chart(figure).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(figure.locator(".reading")).toHaveText(
    "Layer 2, head 1 has a mean entropy of 1.000 of its maximum; the mean of the layer’s 2 heads is 1.000.",
  );
  await figure.getByLabel("heads of").selectOption("layer 2");
  await expect(chart(figure)).toBeHidden();
  await figure.getByLabel("heads of").selectOption("all layers");
  await expect(chart(figure)).toBeVisible();
  await figure.getByRole("button", { name: "Show Heed’s heads" }).click();
  await expect(chart(figure)).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [390, 1200])
    test(`nothing is wrong for axe, and nothing sticks out, at ${width} in ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      const figure = await openOwnData(page);
      await choose(figure, threeLayers);
      await expect(chart(figure)).toBeVisible();
      expect(await violationsOf(page, "heed-attention")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });

test("nothing sticks out of the entropy by layer, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  const figure = await openOwnData(page);
  await choose(figure, threeLayers);
  await expect(chart(figure)).toBeVisible();
  await expectInside(figure);
});
