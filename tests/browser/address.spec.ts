import { expect, test } from "@playwright/test";
import { errorsOf, NotebookPage } from "./notebook-page";

const everything = "?tokens=12&width=32&heads=2&seed=7&temperature=0.5&mask=causal&cell=9,3&map=2";

test("the address holds everything", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open(everything);
  for (const [name, value] of Object.entries({
    tokens: "12",
    width: "32",
    heads: "2",
    seed: "7",
    temperature: "0.5",
  })) {
    await expect(notebook.setting(name)).toHaveValue(value);
  }
  await expect(notebook.figure.getByRole("radio", { name: "causal" })).toBeChecked();
  await expect(notebook.reading).toContainText("In head 2, query 9 gives key 3");
  expect(await notebook.boxed(1, 12)).toBe("9,3");
  // Writing the state again gives the same address.
  await notebook.setting("seed").press("ArrowUp");
  await notebook.setting("seed").press("ArrowDown");
  await expect(page).toHaveURL(`/${everything}`);
});

test("back and forward walk through the experiments", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  await notebook.setting("seed").fill("7");
  await notebook.setting("seed").press("Enter");
  await notebook.map(1).click(await notebook.at(1, 2, 3));
  await expect(page).toHaveURL("/?seed=7&cell=2,3&map=1");
  await page.goBack();
  await expect(notebook.setting("seed")).toHaveValue("42");
  await expect(notebook.figure).toContainText("digit for digit");
  await page.goForward();
  await expect(notebook.setting("seed")).toHaveValue("7");
  await expect(notebook.reading).toContainText("In head 1, query 2 gives key 3");
});

test("nonsense is named as text and the rest is used", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  const hostile = encodeURIComponent('<img src=x onerror="document.title=1">');
  await notebook.open(`?tokens=${hostile}&heads=99&seed=7&temperature=-1&mask[]=x&cell=99,99&%00=%FF`);
  await expect(notebook.message).toContainText(
    "Ignored in the address: tokens is a whole number from 1 to 4096, not “<img src=x",
  );
  await expect(notebook.message).toContainText("heads is a whole number from 1 to 16, not “99”");
  await expect(notebook.message).toContainText("temperature is a number from 0.01 to 100, not “-1”");
  await expect(notebook.message).toContainText("cell 99,99 of map 0 lies outside");
  await expect(notebook.setting("seed")).toHaveValue("7");
  await expect(notebook.figure.locator("img")).toHaveCount(0);
  await expect(page).toHaveTitle("Attention you can see");
  await notebook.setting("tokens").press("ArrowUp");
  await expect(notebook.message).not.toContainText("Ignored");
  expect(errors).toEqual([]);
});
