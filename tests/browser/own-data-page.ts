import { expect, type Page } from "@playwright/test";

/** The figure of one's own numbers, with the page's example in it. */
export async function openOwnData(page: Page) {
  await page.goto("/");
  const figure = page.locator("heed-attention");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".message")).toHaveText("example.npz: Q and K: 4 heads, 10 tokens, dk 16.");
  return figure;
}
