/** <heed-cross-attention> in the article. */
import { expect, test } from "@playwright/test";
import { errorsOf } from "./notebook-page";
import { violationsOf } from "./violations";

test("a word is read and written letter by letter, and its weights can be read", async ({ page }) => {
  const errors = errorsOf(page);
  await page.goto("/");
  const figure = page.locator("heed-cross-attention");
  await figure.evaluate((element) => element.scrollIntoView());
  const reading = figure.locator(".reading");
  await expect(reading).toContainText("To write “end” after “a” (9)", { timeout: 20_000 });
  const letters = figure.locator(".letters li");
  await expect(letters).toHaveText([..."noitnetta", "end"]);

  await figure.getByLabel("The word").fill("Banana");
  await expect(letters).toHaveText([..."ananab", "end"]);
  await figure.getByRole("button", { name: "begin again" }).click();
  await expect(letters).toHaveText(["a", ..."······"]);
  await figure.getByRole("button", { name: "write the next letter" }).click();
  await expect(reading).toContainText("To write “n” after “a” (1), the decoder gives “n” (4) of the word a weight of");

  await figure.getByLabel("The word").fill("two words");
  await expect(figure.locator(".message")).toContainText("Word has from 1 to 10 letters, a to z");
  await expect(letters.first()).toHaveText("a");
  expect(await violationsOf(page, "heed-cross-attention")).toEqual([]);
  expect(errors).toEqual([]);
});
