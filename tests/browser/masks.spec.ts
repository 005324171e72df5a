import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { violationsOf } from "./violations";

const tokens = 12;

async function open(page: Page, tag: string, search = ""): Promise<Locator> {
  await page.goto(`/${search}`);
  const figure = page.locator(tag);
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveClass(/drawn/);
  await expect(figure.locator(".drawing").first()).toBeVisible();
  return figure;
}

/** The middle of a cell, in the map's own coordinates. */
async function at(map: Locator, query: number, key: number) {
  const box = await map.boundingBox();
  if (!box) throw new Error("the map is not drawn");
  return { x: ((key + 0.5) * box.width) / tokens, y: ((query + 0.5) * box.height) / tokens };
}

/** The same on the screen. */
async function onScreen(map: Locator, query: number, key: number) {
  await map.scrollIntoViewIfNeeded();
  const [box, place] = [await map.boundingBox(), await at(map, query, key)];
  return { x: (box?.x ?? 0) + place.x, y: (box?.y ?? 0) + place.y };
}

const count = (figure: Locator) => figure.locator(".map-head .mean");

test("masks by name: cells that are open, what is hidden, settings that come with a mask, and its address", async ({
  page,
}) => {
  const figure = await open(page, "heed-masks");
  await expect(count(figure)).toHaveText("78 of 144 cells open");
  await expect(figure.getByRole("spinbutton", { name: "before" })).toBeHidden();
  await figure.getByRole("radio", { name: "window" }).check();
  await expect(count(figure)).toHaveText("42 of 144 cells open");
  await figure.getByRole("spinbutton", { name: "before" }).press("ArrowDown");
  await expect(count(figure)).toHaveText("33 of 144 cells open");
  await expect(page).toHaveURL(/masks-mask=window&masks-before=2/);
  await figure.getByRole("radio", { name: "padding" }).check();
  await expect(count(figure)).toHaveText("96 of 144 cells open");
  const map = figure.locator(".cells");
  await map.hover({ position: await at(map, 3, 10) });
  await expect(figure.locator(".reading")).toHaveText(
    "In head 3, query 3 does not see key 10: the mask hides it, and the weight is 0.",
  );
  await expect(figure.locator(".exact")).toContainText("without the mask 0.0");
});

test("a mouse paints over a mask, in one stroke, and the address holds what was painted", async ({ page }) => {
  const figure = await open(page, "heed-masks");
  const map = figure.locator(".cells");
  await figure.getByRole("button", { name: "paint over this mask" }).click();
  await expect(figure.getByRole("radio", { name: "painted" })).toBeChecked();
  await expect(page).toHaveURL(/masks-painted/);
  const causal = page.url();
  const [from, to] = [await onScreen(map, 2, 5), await onScreen(map, 2, 9)];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y);
  await page.mouse.up();
  await expect(count(figure)).toHaveText("83 of 144 cells open");
  await expect(page).not.toHaveURL(causal);
  await expect(page).toHaveURL(/masks-mask=painted&masks-painted=12\.[\w-]{24}$/);
  const search = new URL(page.url()).search;
  const again = await open(page, "heed-masks", search);
  await expect(count(again)).toHaveText("83 of 144 cells open");
});

test("keys walk and paint; a row without a key is read as what it is", async ({ page }) => {
  const figure = await open(page, "heed-masks", "?masks-mask=painted");
  const map = figure.locator(".cells");
  await expect(count(figure)).toHaveText("72 of 144 cells open");
  await map.focus();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowDown");
  await expect(figure.locator(".reading")).toContainText("query 5 sees no key");
  await page.keyboard.press("Space");
  await expect(count(figure)).toHaveText("73 of 144 cells open");
  await expect(figure.locator(".reading")).toContainText("a weight of 1.000, the only key it sees");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(count(figure)).toHaveText("74 of 144 cells open");
  await expect(figure.locator(".visually-hidden")).toContainText("query 5 gives key 1");
});

test("tokens come one at a time, by button and by keys, and only the mask keeps the earlier ones as they are", async ({
  page,
}) => {
  const figure = await open(page, "heed-generation");
  const facts = figure.locator(".differences td");
  await figure.getByRole("button", { name: "next token" }).click();
  await expect(figure.locator(".facts caption")).toContainText("Cost of token 5");
  await expect(figure.locator(".facts tbody").first().locator("td").nth(1)).toHaveText("6");
  for (let i = 0; i < 3; i++) {
    const difference = (await facts.nth(i).textContent()) ?? "";
    // An empty cell would count as 0.
    expect(difference).toMatch(/^\d/);
    expect(Number(difference)).toBeLessThan(1e-6);
  }
  await expect(page).toHaveURL(/generation-arrived=6/);
  await figure.getByRole("radio", { name: "none" }).check();
  await expect(figure.locator(".reading")).toContainText("every earlier token now sees the new one");
  expect(Number(await facts.nth(2).textContent())).toBeGreaterThan(0.05);
  const chart = figure.locator(".generation-chart");
  await chart.focus();
  await page.keyboard.press("Control+End");
  await expect(figure.locator(".reading")).toContainText("In head 3, query 5 gives key 5 a weight of");
  await page.keyboard.press("ArrowLeft");
  await expect(figure.locator(".reading")).toContainText("query 5 gives key 4");
});

test("playing is begun by the reader, and ends with the last token", async ({ page }) => {
  const figure = await open(page, "heed-generation", "?generation-arrived=11");
  await figure.getByRole("button", { name: "play" }).click();
  await expect(figure.locator(".facts caption")).toContainText("Cost of token 11");
  await expect(figure.getByRole("button", { name: "play" })).toBeVisible();
  await figure.getByRole("button", { name: "start over" }).click();
  await expect(figure.locator(".reading")).toContainText("Token 0 sees only itself");
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  /** A finger that goes from cell to cell, by the events that a browser makes of it. */
  async function drag(page: Page, map: Locator, ...cells: readonly (readonly [number, number])[]) {
    const session = await page.context().newCDPSession(page);
    const points = await Promise.all(cells.map(([query, key]) => onScreen(map, query, key)));
    const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints });
    for (const [i, point] of points.entries()) await send(i === 0 ? "touchStart" : "touchMove", [point]);
    await send("touchEnd", []);
  }

  test("a tap paints a cell, a sideways drag a stroke, and neither takes the page's scroll", async ({ page }) => {
    const figure = await open(page, "heed-masks", "?masks-mask=painted");
    const map = figure.locator(".cells");
    await map.scrollIntoViewIfNeeded();
    await map.tap({ position: await at(map, 0, 5) });
    await expect(count(figure)).toHaveText("73 of 144 cells open");
    const before = await page.evaluate(() => scrollY);
    await drag(page, map, [2, 5], [2, 6], [2, 7], [2, 8]);
    await expect(count(figure)).toHaveText("77 of 144 cells open");
    expect(await page.evaluate(() => scrollY)).toBe(before);
    // Up and down is the page's, and paints nothing.
    await drag(page, map, [9, 2], [7, 2], [5, 2], [3, 2]);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before);
    await expect(count(figure)).toHaveText("77 of 144 cells open");
  });
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390, 320])
    test(`axe finds nothing, nothing sticks out: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await open(page, "heed-masks", "?masks-mask=painted");
      await open(page, "heed-generation");
      expect(await violationsOf(page, "heed-masks", "heed-generation")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });

test("nothing sticks out of a painted mask, nor of the last token, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  await expectInside(await open(page, "heed-masks", "?masks-mask=painted"));
  await expectInside(await open(page, "heed-generation", "?generation-arrived=11"));
});
