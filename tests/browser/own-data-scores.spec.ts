/** Own numbers that are no weights yet: how causal limits lie on oblong maps, and scores that are shown as they are. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import { openOwnData } from "./own-data-page";

const choose = (figure: Locator, value: unknown) =>
  figure
    .locator("input[type=file]")
    .setInputFiles({ name: "mine.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) });

const line = (figure: Locator) => figure.getByRole("group", { name: "How the file is read", exact: true });

async function readingAt(page: Page, figure: Locator, ...keys: readonly string[]) {
  await figure.locator(".cells").focus();
  for (const key of keys) await page.keyboard.press(key);
  return figure.locator(".reading");
}

/** Scores of 0 of two queries and four keys: each query shares its weight among the keys that it sees. */
const oblong = [
  [0, 0, 0, 0],
  [0, 0, 0, -0.5],
];

test("causal limits of an oblong map begin at its first keys or end at its last, as the line under it says", async ({
  page,
}) => {
  const figure = await openOwnData(page);
  await choose(figure, { scores: oblong });
  await expect(figure.locator(".message")).toContainText("2 queries × 4 keys");
  const alignment = line(figure).getByRole("radio", { name: "last keys", exact: true });
  await expect(alignment).toBeHidden();
  await figure.getByRole("radio", { name: "causal", exact: true }).check({ force: true });
  await expect(line(figure).getByRole("radio", { name: "first keys", exact: true })).toBeChecked();
  // Top left: query 0 sees key 0, query 1 sees keys 0 and 1.
  const reading = await readingAt(page, figure, "Control+Home", "ArrowRight");
  await expect(reading).toContainText("does not see key 1");
  await page.keyboard.press("ArrowDown");
  await expect(reading).toContainText("a weight of 0.500");
  await page.keyboard.press("ArrowRight");
  await expect(reading).toContainText("does not see key 2");
  // Bottom right, by keys: query 0 sees keys 0 to 2, query 1 all.
  await line(figure).getByRole("radio", { name: "first keys", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(alignment).toBeChecked();
  await expect(figure).not.toHaveAttribute("aria-busy");
  await readingAt(page, figure, "Control+Home", "ArrowRight", "ArrowRight");
  await expect(reading).toContainText("a weight of 0.333");
  await page.keyboard.press("ArrowRight");
  await expect(reading).toContainText("does not see key 3");
  const search = await figure.evaluate((element) => (element as HTMLElement & { toSearch(): string }).toSearch());
  expect(search).toContain("attention-aligned=last+keys");
});

test("queries of a cache: the alignment holds for Q and K too, and a square map has none to choose", async ({
  page,
}) => {
  const figure = await openOwnData(page);
  const zeros = (rows: number) => Array.from({ length: rows }, () => [0, 0]);
  await choose(figure, { query: zeros(1), key: zeros(3) });
  await expect(figure.locator(".message")).toContainText("mine.json");
  await figure.getByRole("radio", { name: "causal", exact: true }).check({ force: true });
  const reading = await readingAt(page, figure, "Control+Home");
  await expect(reading).toContainText("a weight of 1.000");
  await line(figure).getByRole("radio", { name: "last keys", exact: true }).check({ force: true });
  await expect(figure).not.toHaveAttribute("aria-busy");
  await readingAt(page, figure, "Control+Home");
  await expect(reading).toContainText("a weight of 0.333");
  await choose(figure, { query: zeros(3), key: zeros(3) });
  await expect(figure.locator(".message")).toContainText("3 tokens");
  await figure.getByRole("radio", { name: "causal", exact: true }).check({ force: true });
  await expect(line(figure).getByRole("radio", { name: "last keys", exact: true })).toBeHidden();
});

/** The contrast of WCAG of two colours of 8 bits a channel. */
function contrast(a: readonly number[], b: readonly number[]): number {
  const luminance = (color: readonly number[]) => {
    const [red = 0, green = 0, blue = 0] = color.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

for (const colorScheme of ["light", "dark"] as const)
  test(`scores that are shown as they are can be told apart, and what is said of them read: ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    const figure = await openOwnData(page);
    await choose(figure, {
      scores: [
        [4, 2],
        [-3, 0],
      ],
    });
    await line(figure).getByRole("radio", { name: "shown as they are" }).check({ force: true });
    await expect(figure.locator(".note")).toContainText("are these scores before softmax?");
    const colours = await figure.evaluate((element) => {
      const root = element.shadowRoot as ShadowRoot;
      const toBytes = (color: string) => {
        const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
        context.fillStyle = color;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
      };
      const canvas = root.querySelector(".single .cells canvas") as HTMLCanvasElement;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      const cell = (query: number, key: number) => {
        const x = Math.floor(((key + 0.5) * canvas.width) / 2);
        const y = Math.floor(((query + 0.5) * canvas.height) / 2);
        return [...context.getImageData(x, y, 1, 1).data];
      };
      const styleOf = (selector: string) => getComputedStyle(root.querySelector(selector) as Element);
      return {
        paper: toBytes(styleOf(".figure").getPropertyValue("--paper")),
        largest: cell(0, 0),
        half: cell(0, 1),
        negative: cell(1, 0),
        zero: cell(1, 1),
        note: toBytes(styleOf(".note").color),
        tick: toBytes(styleOf(".single text.key").fill),
        scale: toBytes(styleOf(".scale-bar p").color),
      };
    });
    const { paper, largest, half, negative, zero, note, tick, scale } = colours;
    for (const color of [largest, half, negative, zero]) expect(color[3]).toBe(255);
    const [low, high] = [contrast(half, paper), contrast(largest, paper)];
    expect(high).toBeGreaterThan(3);
    expect(low).toBeGreaterThan(1.3);
    expect(high).toBeGreaterThan(1.3 * low);
    // What a scale of weights has no place for is marked in a colour of its own.
    expect(contrast(zero, paper)).toBeLessThan(1.1);
    expect(contrast(negative, paper)).toBeGreaterThan(3);
    expect(contrast(negative, largest)).toBeGreaterThan(1.5);
    for (const text of [note, tick, scale]) expect(contrast(text, paper)).toBeGreaterThan(4.5);
    await figure.locator(".cells").focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowDown");
    await expect(figure.locator(".reading")).toContainText(
      "gives key 0 a weight of −3.000. Its weight for itself is 0.",
    );
  });
