/** The explorer's map of a head, read by keys. */
import { expect, type Page } from "@playwright/test";

/** The number of the line under the map. */
export async function exactWeight(page: Page): Promise<number> {
  const text = (await page.locator(".head-view .exact").textContent()) ?? "";
  return Number(/^weight ([\d.]+(?:e-\d+)?) /.exec(text)?.[1] ?? "NaN");
}

export const cells = "Attention weights of the chosen head";

/** Moves the focus of the map, by its keys, from the corner. */
export async function pressTo(page: Page, query: number, key: number) {
  await page.getByLabel(cells).focus();
  await page.keyboard.press("Control+Home");
  for (let i = 0; i < query; i++) await page.keyboard.press("ArrowDown");
  for (let i = 0; i < key; i++) await page.keyboard.press("ArrowRight");
  await expect(page.locator(".head-view .reading")).toContainText(`Query ${query} `);
  await expect(page.locator(".head-view .reading")).toContainText(`key ${key} `);
}
