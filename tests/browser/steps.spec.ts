import { expect, type Locator, test } from "@playwright/test";
import { boxOf, contentWidth, openFigure, saved, violationsIn } from "./figure-page";
import { layout } from "./font-sets.mjs";
import { errorsOf } from "./notebook-page";

const tag = "heed-steps";

/** A cell of a matrix that is drawn large. */
const cell = (figure: Locator, matrix: string, row: number, column: number) =>
  figure.locator(`.matrix.part-${matrix}:not(.small) .row`).nth(row).locator("rect").nth(column);

/** Where a pointer has to be for a cell. */
async function middleOf(figure: Locator, matrix: string, row: number, column: number) {
  await figure.locator(".matrices").scrollIntoViewIfNeeded();
  const { x, y, width, height } = await boxOf(cell(figure, matrix, row, column));
  return { x: x + width / 2, y: y + height / 2 };
}

const number = (text: string) => Number(text.replace("−", "-"));
const reading = (figure: Locator) => figure.locator(".reading");
const step = (figure: Locator, name: string) => figure.getByRole("radio", { name, exact: true });

test("at rest a score is written out, and its terms add up to it", async ({ page }) => {
  const errors = errorsOf(page);
  const figure = await openFigure(page, tag);
  await expect(reading(figure)).toHaveText(/^Query 2 scores key 1 with 2\.15 = 0\.3 × 0\.9 \+ /);
  const terms = await figure.locator(".working tbody tr:not(.total) td:last-child").allTextContents();
  expect(terms).toHaveLength(4);
  expect(terms.map(number).reduce((a, b) => a + b)).toBeCloseTo(2.15, 9);
  await expect(figure.locator(".working .total td").last()).toHaveText("2.15");
  // The same number stands in its cell.
  await expect(figure.locator(".matrix.part-scores .row").nth(2).locator("text").nth(1)).toHaveText("2.15");
  expect(errors).toEqual([]);
});

test("mouse: pointing reads a number of any matrix, a click keeps it, another lets it go", async ({ page }) => {
  const figure = await openFigure(page, tag);
  const weight = await middleOf(figure, "weights", 3, 1);
  await page.mouse.move(weight.x, weight.y);
  await expect(reading(figure)).toContainText("Query 3 gives key 1 a weight of 0.3");
  await expect(figure.locator(".working .title")).toHaveText("Weight of query 3, key 1");
  // The same query and key in the three other matrices that have both.
  await expect(figure.locator(".twins rect")).toHaveCount(3);
  await page.mouse.click(weight.x, weight.y);
  await expect(page).toHaveURL(/steps-step=weights&steps-cell=weights,3,1/);
  const output = await middleOf(figure, "output", 0, 0);
  await page.mouse.move(output.x, output.y);
  await expect(reading(figure)).toContainText("Query 3 gives key 1");
  await page.mouse.click(weight.x, weight.y);
  await expect(page).not.toHaveURL(/steps-cell/);
  await page.mouse.move(output.x, output.y);
  await expect(reading(figure)).toContainText("Component 0 of output 0 is −0.200 = 1.000 × (−0.2).");
});

test("mouse: the steps are gone through one by one, or by drawing along their names", async ({ page }) => {
  const figure = await openFigure(page, tag);
  await figure.getByRole("button", { name: "next step" }).click();
  await expect(step(figure, "scaled")).toBeChecked();
  await expect(figure.locator(".working .result")).toHaveText("2.15 ÷ √4 = 1.075");
  await figure.getByRole("button", { name: "back" }).click();
  await expect(step(figure, "scores")).toBeChecked();
  const [from, to] = [
    await boxOf(figure.locator(".stepper label", { hasText: "scores" })),
    await boxOf(figure.locator(".stepper label", { hasText: "output" })),
  ];
  await page.mouse.move(from.x + 20, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width - 8, to.y + to.height / 2, { steps: 12 });
  await page.mouse.up();
  await expect(step(figure, "output")).toBeChecked();
  await expect(reading(figure)).toContainText("Component 1 of output 2 is −0.445 = ");
  await expect(page).toHaveURL(/steps-step=output/);
});

test("keys: arrows walk over the edges of the matrices, Enter keeps a number, Escape lets it go", async ({ page }) => {
  const figure = await openFigure(page, tag);
  const matrices = figure.locator(".matrices");
  await matrices.focus();
  for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowLeft");
  await expect(reading(figure)).toContainText("Component 3 of query 2 is −2.1");
  await page.keyboard.press("ArrowRight");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowUp");
  await expect(reading(figure)).toContainText("Component 3 of key 0 is 0.5");
  // What a screen reader hears.
  await expect(figure.locator(".visually-hidden[role=status]")).toContainText("Component 3 of key 0 is 0.5");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/steps-cell=scores,0,0/);
  await step(figure, "scores").press("ArrowRight");
  await expect(page).toHaveURL(/steps-cell=scaled,0,0&steps-step=scaled/);
  await matrices.press("Escape");
  await expect(page).not.toHaveURL(/steps-cell/);
});

test("what is hidden is −∞, and 0 as a weight; without a mask it is neither", async ({ page }) => {
  const figure = await openFigure(page, tag, "?steps-step=masked&steps-cell=masked,1,3");
  await expect(reading(figure)).toHaveText("Key 3 comes after query 1, so the mask hides it: its logit is −∞.");
  await figure.getByRole("radio", { name: "none" }).check();
  await expect(reading(figure)).toHaveText("Query 1 sees key 3: its logit stays 0.010.");
});

test("a link is a reproduction, and the prose points at parts of the figure", async ({ page }) => {
  const figure = await openFigure(page, tag, "?steps-tokens=8&steps-dim=8&steps-seed=7&steps-step=weights");
  await expect(figure.locator(".provenance")).toContainText("seed 7");
  await expect(figure.locator(".matrix.part-weights:not(.small) .row")).toHaveCount(8);
  await page.locator('a.shows[href="#steps"][data-part="masked"]').focus();
  await expect(figure.locator(".matrix.part-masked:not(.small)")).toHaveCSS("opacity", "1");
  await expect(figure.locator(".matrix.part-weights:not(.small)")).toHaveCSS("opacity", "0.25");
});

test("what is taken away holds every number, the working, and the formula with its bar and root", async ({ page }) => {
  const figure = await openFigure(page, tag, "?steps-step=scaled");
  const svg = (await saved(figure, "Save as SVG")).toString();
  for (const text of ["2.15 ÷ √4 = 1.075", "÷ √4", "−3.42", "tokens 5 · d_k 4 · seed 1 · temperature 1 · mask causal"])
    expect(svg).toContain(text);
  expect(svg).not.toContain("next step");
  // The bar of the fraction is a level line; the root is one after a tick.
  expect(svg).toMatch(/<path d="M[\d.]+,[\d.]+H[\d.]+"/);
  expect(svg).toMatch(/<path d="M[\d.,]+L[\d.,]+L[\d.,]+L[\d.,]+H[\d.]+"/);
  const csv = (await saved(figure, "Save the numbers as CSV")).toString();
  expect(csv).toContain("output");
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("tap a number of the step, or a small matrix to go to its step; the page keeps its scroll", async ({ page }) => {
    const figure = await openFigure(page, tag);
    await expect(figure.locator(".matrix:not(.small)")).toHaveCount(3);
    const score = await middleOf(figure, "scores", 4, 4);
    await page.touchscreen.tap(score.x, score.y);
    await expect(reading(figure)).toContainText("Query 4 scores key 4 with 0.46");
    const small = await boxOf(figure.locator(".matrix.small.part-weights"));
    await page.touchscreen.tap(small.x + small.width / 2, small.y + small.height / 2);
    await expect(step(figure, "weights")).toBeChecked();
    // The lock goes along.
    await expect(reading(figure)).toContainText("Query 4 gives key 4 a weight of 0.239");
    await expect(figure.locator(".matrices")).toHaveCSS("touch-action", "pan-y");
    for (const target of await figure.locator(".stepper button, .stepper label").all())
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  });

  test("no step is higher than another", async ({ page }) => {
    const figure = await openFigure(page, tag);
    const heights = new Set<number>();
    for (const name of ["scaled", "masked", "weights", "output", "scores"]) {
      await step(figure, name).check();
      await expect(figure.locator(`.matrix.part-${name}:not(.small)`)).toBeVisible();
      heights.add((await figure.boundingBox())?.height ?? 0);
    }
    expect(heights.size).toBe(1);
  });
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390, 320])
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test("axe finds nothing, and nothing sticks out", { tag: layout }, async ({ page }) => {
        const figure = await openFigure(
          page,
          tag,
          "?steps-tokens=8&steps-dim=8&steps-cell=weights,5,3&steps-step=weights",
        );
        expect(await violationsIn(figure)).toEqual([]);
        expect(await contentWidth(page)).toBeLessThanOrEqual(width);
      });
    });
