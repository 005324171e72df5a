/** The questions in the prose: an answer brings the explanation, and sets the figure to what shows it. */
import { expect, type Page, test } from "@playwright/test";
import { errorsOf } from "./notebook-page";
import { violationsOf } from "./violations";

const question = (page: Page, text: string) => page.locator("form.question", { hasText: text });

/** A figure in view, once it says something. */
async function readFigure(page: Page, tag: string) {
  const figure = page.locator(tag);
  await figure.evaluate((element) => element.scrollIntoView());
  await expect(figure.locator(".reading")).not.toBeEmpty({ timeout: 20_000 });
  return figure;
}

test("the keyboard answers, the answer is explained and the figure shows it", async ({ page }) => {
  const errors = errorsOf(page);
  await page.goto("/");
  const form = question(page, "you reverse the sentence");
  const answer = form.locator(".answer");
  await expect(answer).toBeHidden();
  const figure = await readFigure(page, "heed-word-order");
  await form.getByRole("radio", { name: "all but the middle ones" }).focus();
  await page.keyboard.press("Space");
  await expect(answer).toBeVisible();
  await expect(answer.locator(".verdict")).toHaveText("No.");
  await page.keyboard.press("ArrowUp");
  await expect(answer.locator(".verdict")).toHaveText("Right.");
  await expect(figure.locator(".word").first()).toHaveText("bank");
  await expect(figure.locator(".changes .number")).toHaveText(["0", "0", "0", "0", "0", "0"]);
  expect(errors).toEqual([]);
});

test("the question about the layer switches its parts off", async ({ page }) => {
  await page.goto("/");
  const figure = await readFigure(page, "heed-layer");
  await question(page, "switch off both heads").getByText("the vector that came in").click();
  await expect(figure.locator(".reading")).toContainText("Head 1 adds (0.00, 0.00), head 2 adds (0.00, 0.00)");
});

test("the question about “banana” sets the figure to the letter it asks for", async ({ page }) => {
  await page.goto("/");
  const figure = await readFigure(page, "heed-cross-attention");
  const form = question(page, "banana");
  await form.getByText("the second “n”", { exact: true }).click();
  await expect(form.locator(".verdict")).toHaveText("Right.");
  await expect(figure.locator(".reading")).toContainText("“n” (4) of the word");
});

test("every question has one right answer, a figure, and is accessible", async ({ page }) => {
  await page.goto("/");
  const forms = page.locator("form.question");
  expect(await forms.count()).toBeGreaterThanOrEqual(5);
  for (const form of await forms.all()) {
    const [right, figure] = await form.evaluate((element: HTMLFormElement) => [
      element.getAttribute("data-right") ?? "",
      element.getAttribute("data-figure") ?? "",
    ]);
    await expect(form.locator(`input[value="${right}"]`)).toHaveCount(1);
    await expect(page.locator(`#${figure}`)).toHaveCount(1);
    await form.getByRole("radio").first().check();
  }
  expect(await violationsOf(page, "form.question")).toEqual([]);
});
