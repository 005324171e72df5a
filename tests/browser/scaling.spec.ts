import { expect, type Page, test } from "@playwright/test";

async function open(page: Page, search = "") {
  await page.goto(`/${search}`);
  const figure = page.locator("heed-scaling");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".reading")).toContainText("the scores q·k have a variance of");
  // All thirteen points of the curves: their lines reach the label's side.
  await expect(figure.locator('[data-part="weight"] .lines path').first()).toHaveAttribute("d", /^M(.*L){12}/);
  return figure;
}

const dim = (page: Page) => page.locator("heed-scaling").getByRole("spinbutton", { name: "dk" });

test("the measured variance is said beside d_k, with the scale and without", async ({ page }) => {
  const figure = await open(page);
  await expect(figure.locator('[data-part="unscaled"] .facts')).toHaveText(/^variance 6\d\.\d, theory 64$/);
  await expect(figure.locator('[data-part="scaled"] .facts')).toHaveText(/^variance (0\.9\d\d|1\.0\d), theory 1$/);
  await dim(page).fill("4096");
  await dim(page).press("Enter");
  await expect(figure.locator('[data-part="unscaled"] .facts')).toHaveText(/^variance 4,[01]\d\d, theory 4,096$/);
  await expect(figure.locator('[data-part="weight"] .facts')).toHaveText(/^1\.000 · 0\.[01]\d\d$/);
  await expect(page).toHaveURL(/scaling-dim=4096/);
});

test("buttons for 64, 512 and 4096 show the variance and the largest weight that the section names", async ({
  page,
}) => {
  const figure = await open(page);
  for (const [dim, variance, weight] of [
    ["512", "515", "0.998 · 0.096"],
    ["4096", "4,087", "1.000 · 0.097"],
    ["64", "63.2", "0.889 · 0.096"],
  ] as const) {
    await figure.getByRole("button", { name: `Set d_k to ${dim}`, exact: true }).click();
    await expect(figure.locator('[data-part="unscaled"] .facts')).toContainText(`variance ${variance},`);
    await expect(figure.locator('[data-part="weight"] .facts')).toHaveText(weight);
  }
  await expect(figure.locator('[data-part="scaled"] .facts')).toHaveText("variance 0.987, theory 1");
});

test("keys: the slider doubles d_k, any number can be typed, what cannot be is explained", async ({ page }) => {
  const figure = await open(page);
  const slider = figure.getByRole("slider", { name: "d_k" });
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await expect(dim(page)).toHaveValue("128");
  await expect(figure.locator(".reading")).toContainText("At dk = 128");
  await expect(slider).toHaveAttribute("aria-valuetext", "128");
  await page.keyboard.press("PageDown");
  await expect(dim(page)).toHaveValue("8");
  await page.keyboard.press("End");
  await expect(dim(page)).toHaveValue("4096");
  await dim(page).fill("100");
  await dim(page).press("Enter");
  await expect(figure.locator(".reading")).toContainText("At dk = 100");
  await dim(page).fill("0");
  await dim(page).press("Enter");
  await expect(figure.locator(".message")).toContainText("dk is a whole number from 1 to 4096, not “0”.");
  await expect(figure.locator(".reading")).toContainText("At dk = 100");
  // What a screen reader hears.
  await expect(figure.locator(".visually-hidden")).toContainText("In the median row one key gets");
});

test("mouse: pointing at a chart previews a d_k, dragging along it sets one", async ({ page }) => {
  const figure = await open(page);
  const chart = figure.locator('[data-part="entropy"] .curve-chart');
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  if (!box) throw new Error("the chart is not drawn");
  const y = box.y + 60;
  const at = (share: number) => box.x + 44 + share * (box.width - 110);
  await page.mouse.move(at(1), y);
  await expect(figure.locator(".reading")).toContainText("At dk = 4096");
  await expect(dim(page)).toHaveValue("64");
  await page.mouse.move(5, 5);
  await expect(figure.locator(".reading")).toContainText("At dk = 64");
  await page.mouse.move(at(0.5), y);
  await page.clock.install();
  await page.mouse.down();
  await page.mouse.move(at(0.25), y, { steps: 4 });
  await expect(dim(page)).toHaveValue("8");
  // An address is written a quarter of a second after a change.
  await page.clock.runFor(1000);
  expect(await page.evaluate(() => location.search)).toBe("");
  await page.mouse.up();
  await expect(page).toHaveURL(/scaling-dim=8$/);
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a tap on a chart sets d_k; up and down belong to the page", async ({ page }) => {
    const figure = await open(page);
    const chart = figure.locator('[data-part="gradient"] .curve-chart');
    await chart.scrollIntoViewIfNeeded();
    const width = (await chart.boundingBox())?.width ?? 0;
    await chart.tap({ position: { x: 44 + (10 / 12) * (width - 110), y: 60 } });
    await expect(figure.locator(".reading")).toContainText("At dk = 1024");
    await expect(chart).toHaveCSS("touch-action", "pan-y");
    await expect(figure.getByRole("slider", { name: "d_k" })).toHaveCSS("touch-action", "pan-y");
    const slider = await figure.getByRole("slider", { name: "d_k" }).boundingBox();
    expect(slider?.height).toBeGreaterThanOrEqual(44);
  });
});

test("a link is a reproduction, and the prose points at parts of the figure", async ({ page }) => {
  const figure = await open(page, "?scaling-dim=16&scaling-keys=8&scaling-seed=3");
  await expect(figure.locator(".reading")).toContainText("At dk = 16");
  await expect(figure.locator(".provenance")).toContainText("seed 3");
  await expect(figure.locator(".exact")).toContainText("rows of 8");
  await page.locator('a.shows[href="#scaling"][data-part="entropy"]').focus();
  await expect(figure.locator('[data-part="variance"]')).toHaveCSS("opacity", "0.25");
  await expect(figure.locator('[data-part="entropy"]')).toHaveCSS("opacity", "1");
});

test("the numbers come as tables", async ({ page }) => {
  const figure = await open(page);
  await figure.locator("details.data summary").click();
  const table = figure.locator("table", { hasText: "over d_k, softmax without the scale, of largest weight of a row" });
  await expect(table.locator("tbody tr")).toHaveCount(13);
  await expect(table.locator("thead")).toContainText("median");
});
