/** A change of the view alone (a scale, an order, a place that is kept) computes nothing: no worker is asked. */
import { expect, type Locator, test } from "@playwright/test";
import { onlyFigure } from "./notebook-page";

declare global {
  var asked: number;
}

const choose = (name: string) => (figure: Locator) =>
  figure.getByRole("radio", { name, exact: true }).first().check({ force: true });

const keep = (cells: string) => async (figure: Locator) => {
  await figure.locator(cells).first().press("Control+Home");
  await figure.locator(cells).first().press("Enter");
};

const changes: readonly {
  readonly tag: string;
  readonly change: (figure: Locator) => Promise<void>;
  /** What the figure itself shows once it has made the change, and not before. */
  readonly seen: (figure: Locator) => Promise<void>;
}[] = [
  {
    tag: "heed-steps",
    change: (figure) => figure.getByRole("radio", { name: "scores" }).press("ArrowRight"),
    seen: (figure) => expect(figure.locator(".reading").first()).toContainText("divided by"),
  },
  {
    tag: "heed-temperature",
    change: choose("bits"),
    seen: (figure) => expect(figure.locator(".reading").first()).toContainText("bits"),
  },
  {
    tag: "heed-masks",
    change: keep(".cells"),
    seen: (figure) => expect(figure.locator(".drawing.locked")).toBeVisible(),
  },
  {
    tag: "heed-heads",
    change: choose("number"),
    seen: (figure) => expect(figure.locator('[part="random"] [role=switch]').first()).toHaveAccessibleName(/^Head 1/),
  },
  {
    tag: "heed-sentence",
    change: choose("log"),
    seen: (figure) => expect(figure.locator(".scale-bar").first()).toContainText("weight, logarithmic"),
  },
  {
    tag: "heed-notebook",
    change: keep(".cells"),
    seen: (figure) => expect(figure.locator(".picture.locked")).toBeVisible(),
  },
  {
    tag: "heed-attention",
    change: choose("log"),
    seen: (figure) => expect(figure.locator(".scale-bar").first()).toContainText("weight, logarithmic"),
  },
];

for (const { tag, change, seen } of changes)
  test(`${tag}: a change of the view asks no worker`, async ({ page }) => {
    await page.addInitScript(() => {
      globalThis.asked = 0;
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (...message: unknown[]) {
        globalThis.asked++;
        Reflect.apply(postMessage, this, message);
      };
    });
    await onlyFigure(page, tag);
    await page.goto("/");
    const figure = page.locator(tag);
    await figure.evaluate((element) => element.scrollIntoView());
    await expect(figure.locator(".reading").first()).not.toBeEmpty({ timeout: 20_000 });
    await expect(figure).not.toHaveAttribute("aria-busy");
    // What comes after the first numbers has been asked for too.
    let before = -1;
    await expect
      .poll(
        async () => {
          const asked = await page.evaluate(() => globalThis.asked);
          const isQuiet = asked === before;
          before = asked;
          return isQuiet;
        },
        { intervals: [500] },
      )
      .toBe(true);
    await change(figure);
    await seen(figure);
    await expect(figure).not.toHaveAttribute("aria-busy");
    expect(await page.evaluate(() => globalThis.asked)).toBe(before);
  });
