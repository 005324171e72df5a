import { expect, type Locator, type Page, test } from "@playwright/test";
import { errorsOf } from "./notebook-page";

class LookUpPage {
  readonly figure: Locator;
  readonly reading: Locator;

  constructor(readonly page: Page) {
    this.figure = page.locator("heed-look-up");
    this.reading = this.figure.locator(".reading");
  }

  async open(search = ""): Promise<void> {
    await this.page.goto(`/${search}`);
    await this.figure.scrollIntoViewIfNeeded();
    await expect(this.figure).toHaveClass(/drawn/);
    await expect(this.figure.locator(".drawing").first()).toBeVisible();
  }

  point(name: string): Locator {
    return this.figure.locator(`.handle[aria-label^="${name} at"]`);
  }

  async middleOf(name: string): Promise<{ x: number; y: number }> {
    const box = await this.point(name).boundingBox();
    if (!box) throw new Error(`there is no ${name} on the page`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** The weights that the table shows. */
  weights(): Promise<number[]> {
    return this.figure
      .locator("td.weight")
      .evaluateAll((cells) => cells.map((cell) => Number(cell.lastElementChild?.textContent)));
  }

  output(): Promise<string | null> {
    return this.figure.locator("tr.output td").last().textContent();
  }
}

test("at rest the figure says what is returned, and its weights add up to 1", async ({ page }) => {
  const errors = errorsOf(page);
  const lookUp = new LookUpPage(page);
  await lookUp.open();
  await expect(lookUp.reading).toHaveText(
    /The query gives the key “river” the largest weight, 0\.\d{3}\. A hard look-up/,
  );
  const weights = await lookUp.weights();
  expect(weights).toHaveLength(4);
  // Four numbers of three decimals.
  expect(Math.abs(weights.reduce((a, b) => a + b, 0) - 1)).toBeLessThanOrEqual(0.002);
  expect(errors).toEqual([]);
});

test("the number at the foot of each key on the query’s line is its score in the table", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open("?look-up-query=0.9,-0.6");
  const scores = await lookUp.figure.locator("tbody td.score.part-scores").allTextContents();
  expect(scores).toHaveLength(4);
  await expect(lookUp.figure.locator(".keys .along text")).toHaveText(scores);
  await expect(lookUp.figure.locator(".keys .points text")).toHaveText(["“river”", "“rose”", "“over”", "“bank”"]);
});

test("a dragged key goes with the pointer, and the look-up with it", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open();
  const [before] = await lookUp.weights();
  const { x, y } = await lookUp.middleOf("Key “river”");
  const output = await lookUp.output();
  await page.mouse.move(x + 3, y + 3);
  await page.mouse.down();
  await page.mouse.move(x - 147, y + 43, { steps: 8 });
  // While it is still held.
  await expect.poll(async () => (await lookUp.weights())[0]).toBeLessThan((before as number) / 2);
  await expect(lookUp.reading).toContainText("The query scores the key “river” with 1.40 × ");
  expect(await lookUp.output()).not.toBe(output);
  const now = await lookUp.middleOf("Key “river”");
  expect(Math.hypot(now.x - x + 150, now.y - y - 40)).toBeLessThan(1.5);
  await page.mouse.up();
  await expect(page).toHaveURL(/look-up-keys=[-\d.]+,[-\d.]+$/);
  // The address is the figure.
  const shown = await lookUp.output();
  await page.reload();
  await lookUp.open(new URL(page.url()).search);
  expect(await lookUp.output()).toBe(shown);
});

test("points move by arrow keys, in hundredths with Shift, and stop at the edge", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open("?look-up-query=2.8,1");
  const query = lookUp.point("Query");
  await query.focus();
  await expect(query).toHaveCSS("outline-style", "solid");
  await query.press("ArrowRight");
  await query.press("ArrowDown");
  await query.press("Shift+ArrowLeft");
  await expect(query).toHaveAttribute("aria-label", "Query at 2.89, 0.90");
  for (let i = 0; i < 3; i++) await query.press("ArrowRight");
  await expect(query).toHaveAttribute("aria-label", "Query at 3.00, 0.90");
  await expect(page).toHaveURL(/look-up-query=3,0.9$/);
  await lookUp.point("Value “over”").focus();
  // What a screen reader hears is the sentence.
  await expect(lookUp.figure.locator(".visually-hidden")).toContainText("The query scores the key “over” with");
});

test("keys are added and taken away, two at least", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open();
  const keys = lookUp.figure.getByRole("spinbutton", { name: "keys" });
  await keys.press("ArrowUp");
  await expect(lookUp.figure.locator(".handle")).toHaveCount(11);
  await expect(page).toHaveURL(/look-up-count=5$/);
  for (let i = 0; i < 4; i++) await keys.press("ArrowDown");
  await expect(lookUp.figure.locator(".handle")).toHaveCount(5);
  expect(await lookUp.weights()).toHaveLength(2);
});

test("a low temperature makes it the hard look-up, a high one the mean", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open("?look-up-temperature=0.01");
  expect(await lookUp.weights()).toEqual([1, 0, 0, 0]);
  expect(await lookUp.output()).toBe("−1.90, 1.20");
});

test("hovering a row or a point marks its key everywhere", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open();
  await lookUp.figure.locator("tbody tr").nth(2).hover();
  await expect(lookUp.reading).toContainText("The query scores the key “over”");
  await lookUp.point("Value “bank”").hover();
  await expect(lookUp.figure.locator("tr.focused th")).toHaveText("“bank”");
  await page.mouse.move(5, 5);
  await expect(lookUp.figure.locator("tr.focused")).toHaveCount(0);
});

test("the prose shows what it speaks of", async ({ page }) => {
  const lookUp = new LookUpPage(page);
  await lookUp.open();
  await page.locator('a.shows[href="#look-up"][data-part="hull"]').hover();
  await expect(lookUp.figure.locator(".hull")).toHaveCSS("opacity", "1");
  await expect(lookUp.figure.locator(".part-query").first()).toHaveCSS("opacity", "0.2");
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("drag a point, and scroll the page beside it", async ({ page }) => {
    const lookUp = new LookUpPage(page);
    await lookUp.open();
    const query = lookUp.point("Query");
    await query.scrollIntoViewIfNeeded();
    const box = await query.boundingBox();
    expect(Math.round(Math.min(box?.width ?? 0, box?.height ?? 0))).toBe(44);
    const from = await lookUp.middleOf("Query");
    const scrolled = await page.evaluate(() => scrollY);
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }] });
    await send("touchStart", from.x, from.y);
    for (let i = 1; i <= 10; i++) await send("touchMove", from.x - 8 * i, from.y + 6 * i);
    await send("touchEnd", 0, 0);
    await expect(page).toHaveURL(/look-up-query=-?0\.\d+,0?\.?\d*/);
    expect(await page.evaluate(() => scrollY)).toBe(scrolled);
    const plane = lookUp.figure.locator(".plane.values");
    const middle = await plane.boundingBox();
    if (!middle) throw new Error("there is no plane of values");
    // A finger that touches the plane but no point scrolls.
    const [x, y] = [middle.x + middle.width / 2, middle.y + 0.7 * middle.height];
    await send("touchStart", x, y);
    for (let i = 1; i <= 10; i++) await send("touchMove", x, y - 10 * i);
    await send("touchEnd", 0, 0);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(scrolled);
  });
});
