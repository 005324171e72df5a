import { expect, type Locator, type Page, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { boxOf, openFigure, saved, violationsIn } from "./figure-page";
import { layout } from "./font-sets.mjs";
import { errorsOf } from "./notebook-page";

const tag = "heed-temperature";
const size = 8;

const reading = (figure: Locator) => figure.locator(".reading");
const temperature = (figure: Locator) => figure.getByRole("spinbutton", { name: "temperature" });
const score = (figure: Locator, key: string) =>
  figure.getByRole("slider", { name: new RegExp(`logit of key \\d “${key}”`) });
const weights = (figure: Locator) =>
  figure.locator(".score-row").evaluateAll((rows) => rows.map((row) => Number(row.lastElementChild?.textContent)));

async function middleOf(figure: Locator, query: number, key: number) {
  const { x, y, width, height } = await boxOf(figure.locator(".cells"));
  return { x: x + ((key + 0.5) * width) / size, y: y + ((query + 0.5) * height) / size };
}

async function set(figure: Locator, value: string) {
  await temperature(figure).fill(value);
  await temperature(figure).press("Enter");
}

test("from one-hot to uniform: the row, its entropy and the sentence go along", async ({ page }) => {
  const errors = errorsOf(page);
  const figure = await openFigure(page, tag);
  await expect(reading(figure)).toContainText("has an entropy of 1.297 nats, 62.3 % of ln 8 = 2.079");
  await set(figure, "0.01");
  await expect.poll(() => weights(figure)).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
  await expect(reading(figure)).toContainText("an entropy of 0.000 nats");
  await set(figure, "100");
  await expect(reading(figure)).toContainText("an entropy of 2.079 nats, 100.0 % of ln 8");
  for (const weight of await weights(figure)) expect(Math.abs(weight - 0.125)).toBeLessThan(0.01);
  await expect(page).toHaveURL(/temperature-temperature=100/);
  expect(errors).toEqual([]);
});

test("at 0.1 one key has the entropy of the row, at 10 all but all of eight, as the section says", async ({ page }) => {
  const figure = await openFigure(page, tag);
  for (const [temperature, keys] of [
    ["0.1", "1.00"],
    ["10", "7.93"],
  ] as const) {
    await set(figure, temperature);
    await expect(reading(figure)).toContainText(`Equal weights for ${keys} keys have the same entropy.`);
  }
});

test("mouse: the temperature is dragged on its curve, a row of the map previewed and kept", async ({ page }) => {
  const figure = await openFigure(page, tag);
  const chart = await boxOf(figure.locator(".curve-chart"));
  const at = (share: number) => chart.x + 44 + share * (chart.width - 110);
  await page.mouse.move(at(0.5), chart.y + 100);
  await page.mouse.down();
  await page.mouse.move(at(0.25), chart.y + 100, { steps: 5 });
  await expect(temperature(figure)).toHaveValue(/^0\.1\d?$/);
  await page.mouse.up();
  await expect(page).toHaveURL(/temperature-temperature=0\.1/);
  await set(figure, "1");
  const cell = await middleOf(figure, 3, 2);
  await page.mouse.move(cell.x, cell.y);
  await expect(figure.locator('[data-part="row"] .title')).toHaveText("Query 3 “over”");
  await expect(figure.locator('[data-part="queries"] .at')).toHaveText("at query 3");
  await page.mouse.click(cell.x, cell.y);
  await expect(page).toHaveURL(/temperature-query=3/);
  await expect(reading(figure)).toContainText("Query 3 “over” gives key 2 “rose” a weight of");
});

test("keys: a score is changed by arrow keys, up to a tie that no cold parts; the scores come back", async ({
  page,
}) => {
  const figure = await openFigure(page, tag, "?temperature-temperature=0.1");
  await expect(reading(figure)).toContainText("an entropy of 0.00");
  await score(figure, "rose").focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/temperature-scores=7,2,3/);
  await expect(score(figure, "rose")).toHaveAttribute("aria-valuetext", "3.0, weight 0.500");
  await expect(figure.locator('[data-part="curve"] .facts')).toHaveText("0.693");
  await expect(figure.locator(".provenance")).toContainText("logits changed by hand");
  await figure.getByRole("button", { name: "reset logits" }).click();
  await expect(page).not.toHaveURL(/temperature-scores/);
  // The map is walked over by keys, too.
  await figure.locator(".cells").focus();
  await page.keyboard.press("ArrowUp");
  await expect(reading(figure)).toContainText("Query 6 “this”");
  await expect(figure.locator(".visually-hidden[role=status]")).toContainText("Query 6 “this”");
});

test("units: bits and shares of what is seen, with their bounds; a causal mask lowers early ceilings", async ({
  page,
}) => {
  const figure = await openFigure(page, tag, "?temperature-mask=causal&temperature-query=3");
  await expect(figure.locator('[data-part="curve"] .bounds')).toContainText("maximum ln 4 = 1.386: equal weights");
  await expect(figure.locator(".score-row.hidden-key")).toHaveCount(4);
  const nats = Number(await figure.locator('[data-part="curve"] .facts').textContent());
  await figure.getByRole("radio", { name: "bits" }).check();
  await expect(figure.locator('[data-part="curve"] .bounds')).toContainText("maximum log₂ 4 = 2.000: equal weights");
  const bits = Number(await figure.locator('[data-part="curve"] .facts').textContent());
  expect(Math.abs(bits - nats / Math.LN2)).toBeLessThan(0.0015);
  await figure.getByRole("radio", { name: "normalised" }).check();
  await expect(reading(figure)).toContainText(/has an entropy of \d\d\.\d % of ln 4\./);
  const share = Number(/([\d.]+) %/.exec((await reading(figure).textContent()) ?? "")?.[1]);
  // Nats are said to within 0.0005.
  expect(Math.abs(share - (100 * nats) / Math.log(4))).toBeLessThan(0.1);
  await expect(page).toHaveURL(/temperature-unit=normalised/);
});

test("a link is a reproduction, and the prose points at parts of the figure", async ({ page }) => {
  const figure = await openFigure(
    page,
    tag,
    "?temperature-temperature=0.5&temperature-query=2&temperature-scores=2,1,-4",
  );
  await expect(figure.locator('[data-part="row"] .title')).toHaveText("Query 2 “rose”");
  await expect(score(figure, "river")).toHaveValue("-4");
  await page.locator('a.shows[href="#temperature"][data-part="curve"]').focus();
  await expect(figure.locator('[data-part="curve"]')).toHaveCSS("opacity", "1");
  await expect(figure.locator('[data-part="row"]')).toHaveCSS("opacity", "0.25");
});

test("what is taken away holds the row, the bounds and the sentence, and an equal share is dotted there too", async ({
  page,
}) => {
  const figure = await openFigure(page, tag, "?temperature-mask=causal&temperature-query=5");
  const svg = (await saved(figure, "Save as SVG")).toString();
  for (const text of [
    "temperature 1 · mask causal · entropy nats",
    "maximum ln 6 = 1.792: equal weights",
    "hidden",
    "0.473",
    "4.43",
  ])
    expect(svg).toContain(text);
  expect(svg).toContain('stroke-dasharray="1 1"');
  const csv = (await saved(figure, "Save the numbers as CSV")).toString();
  expect(csv).toContain("entropy in nats over temperatures");
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("drag a score and tap a row; up and down belong to the page", async ({ page }) => {
    const figure = await openFigure(page, tag);
    const slider = score(figure, "The");
    expect((await boxOf(slider)).height).toBeGreaterThanOrEqual(43);
    await dragSideways(page, slider);
    await expect.poll(() => score(figure, "The").inputValue()).not.toBe("-0.6");
    await expect(page).toHaveURL(/temperature-scores=7,0,/);
    await expect(slider).toHaveCSS("touch-action", "pan-y");
    const { x, y } = await middleOf(figure, 5, 4);
    await page.touchscreen.tap(x, y);
    await expect(reading(figure)).toContainText("Query 5 “bank” gives key 4 “the” a weight of");
    for (const target of await figure.locator(".choice label").all()) {
      const box = await target.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
  });
});

async function dragSideways(page: Page, slider: Locator) {
  const box = await boxOf(slider);
  const touch = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", x: number) =>
    touch.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x, y: box.y + box.height / 2 }],
    });
  await send("touchStart", box.x + 0.43 * box.width);
  for (let i = 1; i <= 6; i++) await send("touchMove", box.x + (0.43 + 0.06 * i) * box.width);
  await send("touchEnd", 0);
}

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390, 320])
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      const fonts = width === 320 && colorScheme === "light" ? layout : [];
      test("axe finds nothing, and nothing sticks out", { tag: fonts }, async ({ page }) => {
        const figure = await openFigure(
          page,
          tag,
          "?temperature-mask=causal&temperature-query=3&temperature-scores=3,0,4",
        );
        expect(await violationsIn(figure)).toEqual([]);
        await expectInside(figure);
      });
    });
