import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { violationsOf } from "./violations";

async function open(page: Page, search = ""): Promise<Locator> {
  await page.goto(`/${search}`);
  const figure = page.locator("heed-heads");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveClass(/drawn/, { timeout: 15_000 });
  await expect(figure.locator(".drawing").first()).toBeVisible();
  return figure;
}

const side = (figure: Locator, name: "Random" | "Trained") => figure.getByRole("region", { name: `${name} heads` });
const shift = (figure: Locator, name: "Random" | "Trained") => side(figure, name).locator(".shift");
const reading = (figure: Locator) => figure.locator(".reading");
const matrix = (figure: Locator, of: "random" | "trained") =>
  figure.getByRole("application", { name: `Divergence between each two of the ${of} heads` });
const comparison = (figure: Locator, index: number) => figure.locator(".difference .part-title").nth(index);

/** The maps of the two heads that are compared, large. */
const large = (figure: Locator) => figure.locator(".large").first();

/** The middle of a cell of a square map. */
async function at(map: Locator, row: number, column: number, size = 8) {
  const box = await map.boundingBox();
  if (!box) throw new Error("the map is not drawn");
  return { x: ((column + 0.5) * box.width) / size, y: ((row + 0.5) * box.height) / size };
}

test("a mouse reads heads and cells, switches heads off and compares two, and the address holds it", async ({
  page,
}) => {
  const figure = await open(page);
  await expect(side(figure, "Random").getByRole("switch")).toHaveCount(8);
  await expect(side(figure, "Trained").getByRole("switch")).toHaveCount(8);
  await expect(reading(figure)).toContainText("those of trained heads 0.5");

  await side(figure, "Trained").getByRole("switch", { name: "Head 2.1" }).hover();
  await expect(reading(figure)).toContainText(
    /^Head 2\.1 attends 9\.\d tokens back .* 9\d % for the token that followed/,
  );

  await side(figure, "Random").getByRole("switch", { name: "Head 3" }).click();
  await expect(shift(figure, "Random")).toHaveText(/^Without 3 the output changes by \d+\.\d %\.$/);
  await expect(page).toHaveURL(/heads-random-off=2/);
  await side(figure, "Random").getByRole("switch", { name: "Head 3" }).click();
  await expect(shift(figure, "Random")).toHaveText(/^All are on/);
  for (const head of await side(figure, "Random").getByRole("switch").all()) await head.click();
  await expect(shift(figure, "Random")).toHaveText("Without any head the output is 0: it changes by 100 %.");

  const map = matrix(figure, "trained");
  await map.hover({ position: await at(map, 0, 7) });
  await expect(reading(figure)).toContainText(/^Head 1\.\d and head 2\.\d have a divergence of 0\.5\d\d nats/);
  await expect(side(figure, "Trained").locator("button.pointed")).toHaveCount(2);
  await map.click({ position: await at(map, 7, 0) });
  await expect(comparison(figure, 1)).toHaveText(/^Head 2\.\d − head 1\.\d$/);
  await expect(page).toHaveURL(/heads-trained-pair=\d,\d/);
  const link = new URL(page.url()).search;
  const title = (await comparison(figure, 1).textContent()) ?? "";
  const again = await open(page, link);
  await expect(comparison(again, 1)).toHaveText(title);
  await expect(shift(again, "Random")).toContainText("is 0");
});

test("it begins with two large maps, of the smallest and the largest mean distance, local and global; one cell is read in both", async ({
  page,
}) => {
  const figure = await open(page);
  const maps = large(figure).getByRole("application");
  await expect(maps).toHaveCount(2);
  await expect(maps.first()).toHaveAccessibleName(/^Head \d\.\d: local, mean distance \d+\.\d tokens$/);
  await expect(maps.last()).toHaveAccessibleName(/^Head \d\.\d: global, mean distance \d+\.\d tokens$/);
  // In the table of all trained heads, which is sorted by distance, they are the first and the last.
  const distances = (await side(figure, "Trained").locator("tbody tr:nth-child(2) td").allTextContents()).map(Number);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  const names = await side(figure, "Trained").locator("button span").allTextContents();
  await expect(large(figure).locator(".part-title")).toHaveText([
    `Head ${names[0]}: local, mean distance ${distances[0]?.toFixed(1)} tokens`,
    `Head ${names.at(-1)}: global, mean distance ${distances.at(-1)?.toFixed(1)} tokens`,
  ]);
  // They come before all others.
  const [first, second, heads] = await Promise.all(
    [maps.first(), maps.last(), side(figure, "Trained")].map((part) => part.boundingBox()),
  );
  expect(first?.y).toBe(second?.y);
  expect(heads?.y).toBeGreaterThan((first?.y ?? 0) + (first?.height ?? 0));

  const weights = large(figure).locator(".scale-bar p");
  await maps.first().hover({ position: await at(maps.first(), 12, 11, 32) });
  await expect(weights).toHaveText([
    /^query 12 “\w+”, key 11 “\w+”: 0\.[1-9]/,
    /^query 12 “\w+”, key 11 “\w+”: 0(\.0|$)/,
  ]);
  await expect(reading(figure)).toContainText(/^Query 12 “\w+” gives key 11 “\w+” 0\.\d+ in head 1\.\d and 0/);
  await maps.last().focus();
  await page.keyboard.press("ArrowUp");
  await expect(weights.first()).toHaveText(/^query 11 /);
  // Other heads that are compared are there in their place.
  const map = matrix(figure, "trained");
  await map.click({ position: await at(map, 1, 2) });
  await expect(comparison(figure, 1)).toHaveText(`Head ${names[1]} − head ${names[2]}`);
  await expect(maps.first()).toHaveAccessibleName(new RegExp(`^Head ${names[1]}: local`));
});

test("keys move among heads and cells, switch off and compare; a reading is spoken", async ({ page }) => {
  const figure = await open(page, "?heads-order=number");
  const heads = side(figure, "Trained").getByRole("switch");
  await heads.first().focus();
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "End", "ArrowUp"]) await page.keyboard.press(key);
  await expect(heads.nth(3)).toBeFocused();
  await expect(figure.locator(".visually-hidden[role=status]").last()).toContainText("Head 1.4 attends");
  await page.keyboard.press("Space");
  await expect(heads.nth(3)).toHaveAttribute("aria-checked", "false");
  await expect(shift(figure, "Trained")).toHaveText(/^Without 1\.4 the predictions change by/);
  // One stop of the Tab key, left and found again at the same head.
  await page.keyboard.press("Tab");
  await expect(matrix(figure, "random")).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(heads.nth(3)).toBeFocused();

  await matrix(figure, "trained").focus();
  await page.keyboard.press("Control+Home");
  await expect(reading(figure)).toContainText("Head 1.1 and itself");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(comparison(figure, 1)).toHaveText("Head 1.1 − head 1.2");
  await figure.getByRole("application", { name: "Difference of the weights of two trained heads" }).focus();
  await page.keyboard.press("Control+Home");
  await expect(reading(figure)).toContainText(/^Query 0 “\w+” gives key 0 “\w+” 1\.000 in head 1\.1 and 1\.000/);
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("tap a cell of a large map; the other is below it", async ({ page }) => {
    const figure = await open(page);
    const maps = large(figure).getByRole("application");
    await maps.first().scrollIntoViewIfNeeded();
    await maps.first().tap({ position: await at(maps.first(), 20, 3, 32) });
    await expect(large(figure).locator(".scale-bar p")).toHaveText([/^query 20 .* key 3 /, /^query 20 .* key 3 /]);
    const [above, below] = await Promise.all([maps.first().boundingBox(), maps.last().boundingBox()]);
    expect(below?.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
    expect(above?.width).toBeGreaterThan(250);
  });

  test("tap a head off, and a cell for two heads' difference; the page scrolls under them", async ({ page }) => {
    const figure = await open(page);
    const head = side(figure, "Trained").getByRole("switch").first();
    const box = await head.boundingBox();
    expect(box?.width).toBeGreaterThanOrEqual(44);
    expect(box?.height).toBeGreaterThanOrEqual(44);
    await head.tap();
    await expect(shift(figure, "Trained")).toHaveText(/^Without \d\.\d the predictions change by/);
    const map = matrix(figure, "random");
    await map.scrollIntoViewIfNeeded();
    await map.tap({ position: await at(map, 2, 5) });
    await expect(page).toHaveURL(/heads-random-pair=\d,\d/);
    for (const target of [map, head])
      expect(await target.evaluate((part) => getComputedStyle(part).touchAction)).toMatch(/pan-y|auto/);
  });
});

test("as many random heads as are asked for, in the order that is asked for; the costs stay equal", async ({
  page,
}) => {
  const figure = await open(page, "?heads-order=number");
  const heads = figure.getByRole("spinbutton", { name: "random heads" });
  for (const [key, count] of [
    ["ArrowUp", 16],
    ["ArrowDown", 8],
    ["ArrowDown", 4],
    ["ArrowDown", 2],
    ["ArrowDown", 1],
  ] as const) {
    await heads.press(key);
    await expect(side(figure, "Random").getByRole("switch")).toHaveCount(count);
    await expect(figure.locator(".cost .chosen th")).toHaveText(String(count));
  }
  await expect(reading(figure)).toContainText("With one random head there is no divergence to measure.");
  await expect(figure.locator(".cost tbody td:nth-child(4)")).toHaveText(Array(5).fill("591,872"));
  await heads.fill("3");
  await heads.press("Enter");
  await expect(figure.locator(".message")).toContainText("not divisible by 3");
  await figure.getByRole("radio", { name: "stories" }).check({ force: true });
  await heads.fill("4");
  await heads.press("Enter");
  await expect(side(figure, "Trained").getByRole("switch")).toHaveCount(12);
  await expect(side(figure, "Trained").getByRole("switch").last()).toHaveAccessibleName("Head 3.4");
});

test("a picture shows which heads are off; the numbers have what is said of each", async ({ page }) => {
  const figure = await open(page, "?heads-random-off=2");
  await figure.getByRole("button", { name: "save", exact: true }).click();
  const panel = figure.getByRole("dialog", { name: "Save the figure" });
  const saved = async (what: string) => {
    const button = panel.getByRole("button", { name: what, exact: true });
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    return readFile(await download.path(), "utf8");
  };
  const svg = await saved("Save as SVG");
  expect(svg).toContain("3 off");
  expect(svg).toMatch(/<g opacity="0\.2">(?:(?!<\/g>).)*<image/s);
  const csv = await saved("Save the numbers as CSV");
  expect(csv).toMatch(/\n2\.1,followed,0\.9/);
  expect(csv).toMatch(/\n16,multiply-adds,591872\r?\n/);
});

test("a model that cannot be fetched is named, and can be asked for again", async ({ page }) => {
  await page.route("**/induction.safetensors", (route) => route.fulfill({ status: 404 }));
  await page.goto("/");
  const figure = page.locator("heed-heads");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".message")).toContainText("model induction.safetensors could not be fetched");
  await page.unroute("**/induction.safetensors");
  await figure.getByRole("button", { name: "Try again" }).click();
  await expect(side(figure, "Trained").getByRole("switch")).toHaveCount(8);
});

test("the prose points at a part of the figure, by the keyboard too", async ({ page }) => {
  const figure = await open(page);
  await page.locator('a.shows[href="#heads"][data-part="similarity"]').focus();
  await expect(figure.locator(".side").first()).toHaveCSS("opacity", "0.25");
  await expect(figure.locator(".matrix").first()).toHaveCSS("opacity", "1");
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390])
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      const figure = await open(page, "?heads-heads=16&heads-trained-off=1&heads-random-off=0");
      await figure.locator("summary").click();
      expect(await violationsOf(page, "heed-heads")).toEqual([]);
    });

test("nothing sticks out of the narrowest phone", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  await expectInside(await open(page, "?heads-heads=16&heads-trained=stories"));
});

test("nothing moves when the figure comes", async ({ page }) => {
  for (const width of [1200, 820, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto("/");
    const figure = page.locator("heed-heads");
    const before = await figure.evaluate((element) => element.getBoundingClientRect().height);
    await figure.scrollIntoViewIfNeeded();
    await expect(figure).toHaveClass(/drawn/, { timeout: 15_000 });
    const after = await figure.evaluate((element) => element.getBoundingClientRect().height);
    expect(Math.abs(after - before), `${width} px`).toBeLessThanOrEqual(1);
  }
});
