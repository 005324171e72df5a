import { expect, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { violationsOf } from "./violations";

async function open(page: Page, search = "") {
  await page.goto(`/${search}`);
  const figure = page.locator("heed-sentence");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".look-queries button").first()).toBeVisible({ timeout: 15_000 });
  return figure;
}

test("a text is read word by word; unknown words are named and left out", async ({ page }) => {
  const figure = await open(page);
  const before = await figure.locator(".look-queries button").count();
  await figure.getByLabel("Your text").fill("one windy morning, <u>Zorblax</u> set out for the mill");
  await expect(figure.locator(".look-queries button")).toHaveText([
    "one",
    "windy",
    "morning",
    ",",
    "set",
    "out",
    "for",
    "the",
    "mill",
  ]);
  expect(before).toBeGreaterThan(9);
  await expect(figure.locator("del", { hasText: "Zorblax" })).toBeVisible();
  await expect(figure.getByText(/^Left out, because the model does not know them: .*Zorblax/)).toBeVisible();
});

test("the small maps are named by layer and head, for eyes beside the names that the buttons have", async ({
  page,
}) => {
  const figure = await open(page);
  await expect(figure.locator(".grid b")).toHaveText(["", "head 1", "2", "3", "4", "layer 1", "2", "3"]);
  const [row, column, map] = await Promise.all(
    [".grid .layer >> nth=2", ".grid .head >> nth=3", ".grid button >> nth=11"].map((part) =>
      figure.locator(part).boundingBox(),
    ),
  );
  await expect(figure.locator(".grid button").nth(11)).toHaveAttribute("aria-label", "Layer 3, head 4");
  if (!row || !column || !map) throw new Error("A part of the grid is not drawn.");
  const middle = { x: map.x + map.width / 2, y: map.y + map.height / 2 };
  expect(Math.abs(row.y + row.height / 2 - middle.y)).toBeLessThan(1);
  expect(Math.abs(column.x + column.width / 2 - middle.x)).toBeLessThan(1);
});

test("next-word probabilities fall from the likeliest, and a click writes the word", async ({ page }) => {
  const figure = await open(page);
  const shares = await figure.locator(".expected .probability").allTextContents();
  const numbers = shares.map((text) => Number.parseInt(text, 10));
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  expect(numbers.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(103);
  const word = await figure.locator(".expected button").first().textContent();
  const before = await figure.locator(".look-queries button").count();
  await figure.locator(".expected button").first().click();
  await expect(figure.locator(".look-queries button")).toHaveCount(before + 1);
  await expect(figure.locator(".look-queries button").last()).toHaveText(word ?? "");
});

test("hovering reads a token; chosen tokens are added up, in the address too", async ({ page }) => {
  const figure = await open(page);
  const buttons = figure.locator(".look-queries button");
  await buttons.nth(4).hover();
  await expect(figure.locator(".reading")).toContainText("Query 4 “Clara” gives");
  await buttons.nth(4).click();
  await buttons.nth(6).focus();
  await page.keyboard.press("Enter");
  await page.mouse.move(2, 2);
  await expect(figure.locator(".reading")).toContainText(
    "The queries “Clara” and “out” together give the largest weight to",
  );
  await expect(page).toHaveURL(/sentence-tokens=4,6/);
  const sums = await figure.locator(".look-number").allTextContents();
  const total = sums.filter(Boolean).reduce((sum, text) => sum + Number(text), 0);
  // Two rows of weights; what is under 0.01 is not said.
  expect(total).toBeGreaterThan(1.5);
  expect(total).toBeLessThan(2.01);
});

test("a head is chosen among all; token 0 can be left out, and that is said", async ({ page }) => {
  const figure = await open(page);
  await figure.getByRole("button", { name: "Layer 2, head 3" }).click();
  await expect(figure.locator(".single .title")).toHaveText("Layer 2, head 3");
  await figure.getByRole("radio", { name: "left out" }).check({ force: true });
  await expect(figure.locator(".scale-bar p")).toContainText("without token 0; the other weights scaled to a sum of 1");
  await expect(page).toHaveURL(/sentence-first=left\+out/);
});

test("a model that cannot be fetched is named, and can be asked for again", async ({ page }) => {
  await page.route("**/stories.safetensors", (route) => route.fulfill({ status: 404 }));
  await page.goto("/");
  const figure = page.locator("heed-sentence");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".message")).toContainText("model stories.safetensors could not be fetched");
  await page.unroute("**/stories.safetensors");
  await figure.getByRole("button", { name: "Try again" }).click();
  await expect(figure.locator(".look-queries button").first()).toBeVisible({ timeout: 15_000 });
});

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing, and nothing sticks out of a phone: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, "?sentence-tokens=4,6");
    expect(await violationsOf(page, "heed-sentence")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

test("nothing sticks out of a text with unknown words, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  const figure = await open(page, "?sentence-tokens=4,6&sentence-colours=log&sentence-first=left+out");
  await figure.getByLabel("Your text").fill("one windy morning, Zorblax set out for the mill");
  await expect(figure.locator("del", { hasText: "Zorblax" })).toBeVisible();
  await expect(figure).not.toHaveAttribute("aria-busy");
  await expectInside(figure);
});
