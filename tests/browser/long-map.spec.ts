import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { errorsOf } from "./notebook-page";
import { expectStill, watchShifts } from "./shifts";
import { violationsOf } from "./violations";

/** The long map as a reader meets it. */
class LongMapPage {
  readonly figure: Locator;
  readonly cells: Locator;
  readonly reading: Locator;
  readonly message: Locator;
  readonly progress: Locator;

  constructor(readonly page: Page) {
    this.figure = page.locator("heed-long-map");
    this.cells = this.figure.locator(".long-cells");
    this.reading = this.figure.locator(".reading");
    this.message = this.figure.locator(".message");
    this.progress = this.figure.getByRole("progressbar");
  }

  /** Small enough to be complete at once. */
  async open(search = "?long-tokens=2048"): Promise<void> {
    await this.page.goto(`/${search}`);
    await this.figure.scrollIntoViewIfNeeded();
    await this.complete();
    await this.cells.scrollIntoViewIfNeeded();
  }

  async complete(): Promise<void> {
    await expect(this.progress).toHaveAttribute("aria-valuenow", "100", { timeout: 20_000 });
    await expect(this.figure).not.toHaveAttribute("aria-busy");
  }

  /** A point at fractions of the square's sides. */
  async at(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await this.cells.boundingBox();
    if (!box) throw new Error("the long map is not on the page");
    return { x: box.x + x * box.width, y: box.y + y * box.height };
  }

  async pixel(x: number, y: number): Promise<number[]> {
    return this.cells.locator("canvas").evaluate(
      (canvas, [across, down]) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext("2d");
        return [...(context?.getImageData(across * width, down * height, 1, 1).data ?? [])];
      },
      [x, y] as const,
    );
  }
}

test("is not loaded before it comes near, and says what it is made of", async ({ page }) => {
  const scripts: string[] = [];
  page.on("request", (request) => scripts.push(request.url()));
  const map = new LongMapPage(page);
  await page.goto("/");
  await page.waitForLoadState("networkidle");
  expect(scripts.filter((url) => url.includes("heed-long-map"))).toEqual([]);
  await map.figure.scrollIntoViewIfNeeded();
  await expect(map.figure).toContainText("built by hand: no model, nothing trained");
  // Its script has that name.
  expect(scripts.filter((url) => url.includes("heed-long-map"))).not.toEqual([]);
  await map.complete();
  await expect(map.figure).toContainText("Each cell: the largest of 32 × 32 weights");
});

test("draws the diagonal, the parallels and the mask", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open();
  const darkness = ([red = 0, , , alpha = 0]: number[]) => (alpha === 0 ? -1 : 255 - red);
  expect(darkness(await map.pixel(0.701, 0.701))).toBeGreaterThan(100);
  expect(darkness(await map.pixel(0.8, 0.3))).toBe(-1);
  expect(darkness(await map.pixel(0.001, 0.701))).toBeGreaterThan(100);
});

test("a wheel with Ctrl zooms about the pointer, without it scrolls the page and tells how", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open();
  const { x, y } = await map.at(0.5, 0.5);
  await page.mouse.move(x, y);
  const before = await page.evaluate(() => scrollY);
  await page.mouse.wheel(0, -60);
  await expect.poll(() => page.evaluate(() => scrollY)).not.toBe(before);
  await expect(map.cells.locator(".wheel-hint")).toHaveText("Ctrl + wheel zooms");
  expect(page.url()).not.toContain("long-view");
  const middle = await map.at(0.5, 0.5);
  await page.mouse.move(middle.x, middle.y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -200);
  await page.keyboard.up("Control");
  await expect(page).toHaveURL(/long-view=5[01]\d,5[01]\d,1024/);
  await expect(map.figure).toContainText("Each cell: the largest of 2 × 2 weights");
});

test("dragging pans, a click keeps a cell and a double click zooms in", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open("?long-tokens=2048&long-view=512,512,1024");
  const from = await map.at(0.75, 0.75);
  const to = await map.at(0.5, 0.25);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/long-view=102[345],76[789],1024/);
  await page.mouse.click(to.x, to.y);
  await expect(page).toHaveURL(/long-cell=1280,1280/);
  await expect(map.reading).toContainText("Queries 1,280 to 1,281 look at keys 1,280 to 1,281");
  await page.mouse.dblclick(to.x, to.y);
  await expect(page).toHaveURL(/long-view=115[123],102[345],512/);
  await expect(map.figure).toContainText("Each cell: one weight");
});

test("one weight is read with its share, as the core computes it", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open("?long-tokens=2048&long-view=1000,1000,16&long-cell=1004,1002");
  await expect(map.reading).toHaveText(
    /^Query 1,004 gives key 1,002 a weight of 0\.\d+, .* \(1\/1,005 = 0\.000995\)\.$/,
  );
  await expect(map.figure.locator(".exact")).toContainText(/weight 0\.\d{4,} · entropy of query 1,004: \d\.\d+ nats/);
  const { x, y } = await map.at(0.9, 0.1);
  await map.cells.press("Escape");
  await page.mouse.move(x, y);
  await expect(map.reading).toContainText("does not see key 1,014: the mask hides every later token");
});

test("keys walk, zoom and lock", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open();
  await map.cells.focus();
  await page.keyboard.press("ArrowDown");
  await expect(map.reading).toContainText("look at keys 1,024 to 1,027");
  for (let i = 0; i < 7; i++) await page.keyboard.press("+");
  await expect(page).toHaveURL(/long-view=\d+,\d+,16/);
  await map.complete();
  await page.keyboard.press("Home");
  await expect(map.reading).toContainText("gives key 0 a weight of");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/long-cell=\d+,0/);
  await page.keyboard.press("0");
  await expect(page).not.toHaveURL(/long-view/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/long-cell/);
});

test("the buttons zoom, the minimap moves", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open();
  await map.figure.getByRole("button", { name: "zoom in" }).click();
  await expect(page).toHaveURL(/long-view=512,512,1024/);
  const minimap = map.figure.locator(".minimap");
  await minimap.click({ position: { x: 32, y: 96 } });
  await expect(page).toHaveURL(/long-view=102[345],[01],1024/);
  await map.figure.getByRole("button", { name: "whole map" }).click();
  await expect(page).not.toHaveURL(/long-view/);
});

test("settings make another head, and going back returns to the first", async ({ page }) => {
  const map = new LongMapPage(page);
  await map.open("?tokens=9&long-tokens=2048");
  await map.figure.getByRole("radio", { name: "sum" }).check({ force: true });
  await expect(map.figure).toContainText("Each cell: the sum of 4 × 4 weights");
  await map.figure.getByRole("radio", { name: "none" }).check({ force: true });
  await map.complete();
  expect((await map.pixel(0.8, 0.3))[3]).toBe(255);
  await expect(page).toHaveURL("/?tokens=9&long-tokens=2048&long-mask=none&long-reduce=sum");
  await page.goBack();
  await page.goBack();
  await expect(map.figure.getByRole("radio", { name: "largest" })).toBeChecked();
  await expect(map.figure.getByRole("radio", { name: "causal" })).toBeChecked();
});

test("what cannot be used is named as text, with what could be", async ({ page }) => {
  const errors = errorsOf(page);
  const map = new LongMapPage(page);
  await map.open(`?long-tokens=131073&long-seed=${encodeURIComponent("<img src=x>")}&long-view=9,9`);
  await expect(map.message).toContainText("tokens is a whole number from 1 to 131072, not “131073”");
  await expect(map.message).toContainText("seed is a whole number from 0 to 4294967295, not “<img src=x>”");
  await expect(map.message).toContainText("view is “query,key,span”");
  const tokens = map.figure.getByRole("spinbutton", { name: "tokens" });
  await tokens.fill("1e9");
  await tokens.press("Enter");
  await expect(map.message).toContainText("Tokens is a whole number from 1 to 131072, not “1e9”");
  await tokens.fill("1");
  await tokens.press("Enter");
  await map.complete();
  const { x, y } = await map.at(0.5, 0.5);
  await page.mouse.move(x, y);
  await expect(map.reading).toHaveText("Query 0 gives key 0 a weight of 1.000, the only key it sees.");
  expect(errors).toEqual([]);
});

test("131,072 tokens: a sample first, called that; then other work is dropped where the view goes", async ({
  page,
}) => {
  test.setTimeout(60_000);
  const map = new LongMapPage(page);
  await page.goto("/?long-tokens=131072");
  await map.figure.scrollIntoViewIfNeeded();
  await expect(map.figure).toContainText(/A sample: 4 of every [\d,]+ rows, exact\. Refined: \d+\s%/, {
    timeout: 20_000,
  });
  await expect.poll(async () => (await map.pixel(0.001, 0.7))[3], { timeout: 20_000 }).toBe(255);
  await map.cells.scrollIntoViewIfNeeded();
  await map.cells.focus();
  for (let i = 0; i < 12; i++) await page.keyboard.press("+");
  await expect(map.figure).toContainText("Each cell: one weight");
  await map.complete();
  await expect(page).toHaveURL(/long-view=65520,65520,32/);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 1200, height: 900 },
    { width: 390, height: 844 },
  ]) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });
      test("axe finds nothing in the long map, and nothing sticks out", async ({ page }) => {
        const map = new LongMapPage(page);
        await map.open("?long-tokens=2048&long-view=1000,1000,16&long-cell=1004,1002");
        expect(await violationsOf(page, "heed-long-map")).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
      });
    });
  }
}

test("nothing sticks out of a long map that is zoomed, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  const map = new LongMapPage(page);
  await map.open("?long-tokens=65536&long-view=65000,65000,16&long-cell=65004,65002");
  await expectInside(map.figure);
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("one scrolls the page, two zoom and pan the map", async ({ page }) => {
    const map = new LongMapPage(page);
    await map.open();
    await expect(map.cells).toHaveCSS("touch-action", "pan-y");
    await map.cells.evaluate((cells) => {
      const { left, top, width } = cells.getBoundingClientRect();
      const send = (type: string, pointerId: number, x: number, y: number) =>
        cells.dispatchEvent(
          new PointerEvent(type, {
            pointerId,
            pointerType: "touch",
            bubbles: true,
            clientX: left + x * width,
            clientY: top + y * width,
          }),
        );
      cells.setPointerCapture = () => {};
      send("pointerdown", 1, 0.4, 0.5);
      send("pointerdown", 2, 0.6, 0.5);
      send("pointermove", 1, 0.3, 0.5);
      send("pointermove", 2, 0.7, 0.5);
      send("pointerup", 1, 0.3, 0.5);
      send("pointerup", 2, 0.7, 0.5);
    });
    await expect(page).toHaveURL(/long-view=512,512,1024/);
  });

  test("a tap reads and keeps the cell, and targets are 44 px", async ({ page }) => {
    const map = new LongMapPage(page);
    await map.open();
    const { x, y } = await map.at(0.25, 0.75);
    await page.touchscreen.tap(x, y);
    await expect(page).toHaveURL(/long-cell=/);
    await expect(map.reading).toContainText("look at keys");
    for (const target of await map.figure.locator(".scrubber, .choice label, button").all()) {
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
  });
});

test("nothing moves while the long map starts and fills", async ({ page }) => {
  await watchShifts(page);
  const map = new LongMapPage(page);
  await map.open();
  await expectStill(page);
});

test("a dark page prints its map in ink on paper", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const map = new LongMapPage(page);
  await map.open();
  const [dark = 0] = await map.pixel(0.701, 0.701);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await expect.poll(async () => (await map.pixel(0.701, 0.701))[0]).toBeLessThan(dark);
});
