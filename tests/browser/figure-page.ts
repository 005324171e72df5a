/** A figure of the article as a reader meets it, whichever it is. */
import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import { violationsOf } from "./violations";

export async function openFigure(page: Page, tag: string, search = ""): Promise<Locator> {
  await page.goto(`/${search}`);
  const figure = page.locator(tag);
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveClass(/drawn/);
  await expect(figure.locator(".drawing").first()).toBeVisible();
  return figure;
}

/** What axe finds in the figure; its tables are opened first. */
export async function violationsIn(figure: Locator): Promise<string[]> {
  await figure.locator("details.data summary").click();
  return violationsOf(figure.page(), await figure.evaluate(({ localName }) => localName));
}

/** What a reader saves by a button of the figure's menu. */
export async function saved(figure: Locator, what: string): Promise<Buffer> {
  const panel = figure.getByRole("dialog", { name: "Save the figure" });
  if (!(await panel.isVisible())) await figure.getByRole("button", { name: "save", exact: true }).click();
  const button = panel.getByRole("button", { name: what, exact: true });
  const [download] = await Promise.all([figure.page().waitForEvent("download"), button.click()]);
  return readFile(await download.path());
}

/** The width of what the page holds, which is no more than its own where nothing scrolls sideways. */
export const contentWidth = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

/** Where something is on the screen, brought into view. */
export async function boxOf(locator: Locator) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (!box) throw new Error("it is not drawn");
  return box;
}
