import { expect, test } from "@playwright/test";
import { NotebookPage } from "./notebook-page";
import { causal, heads, maximumEntropy, single, singleStatistics } from "./notebook-printed";

test("the weights are the notebook's, digit for digit", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  expect(await notebook.weights()).toEqual(single);
});

test("the causal weights are the notebook's, digit for digit", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?mask=causal");
  expect(await notebook.weights()).toEqual(causal);
});

test("every statistic is the notebook's, digit for digit", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  const table = await notebook.figure
    .locator(".statistics tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  const [first, ...others] = table;
  const { mean, max, min, meanEntropy } = singleStatistics;
  expect(first).toEqual(["One head", mean, max, min, meanEntropy]);
  expect(others.map(([name, , headMax, , entropy]) => [name, headMax, entropy])).toEqual(
    heads.map((head, i) => [`Head ${i + 1}`, head.max, head.meanEntropy]),
  );
  await expect(notebook.figure.locator(".numbers")).toContainText(`ln 8 = ${maximumEntropy}`);
});

test("pointing reads all 64 weights as printed", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  for (const [query, row] of single.entries()) {
    for (const [key, weight] of row.entries()) {
      await notebook.map(0).hover(await notebook.at(0, query, key));
      await expect(notebook.reading).toContainText(`Query ${query} gives key ${key} a weight of ${weight}`);
    }
  }
});

test("says that it is the source experiment, and when it is not", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  await expect(notebook.figure).toContainText("random weights, seed 42 · the source experiment, digit for digit");
  await notebook.open("?seed=7");
  await expect(notebook.figure).toContainText("random weights, seed 7");
  await expect(notebook.figure).not.toContainText("digit for digit");
  await notebook.figure.getByRole("button", { name: "back to the source experiment" }).click();
  await expect(notebook.figure).toContainText("digit for digit");
  await expect(page).toHaveURL("/");
});

test("cells have the colours that the scale says, masked ones none", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?mask=causal");
  const pixel = (x: number, y: number) =>
    notebook
      .map(0)
      .evaluate(
        (cells, at) => [
          ...(cells.querySelector("canvas")?.getContext("2d")?.getImageData(at.x, at.y, 1, 1).data ?? []),
        ],
        { x, y },
      );
  expect(await pixel(0, 0)).toEqual([0x3b, 0x4a, 0x5a, 255]);
  expect((await pixel(7, 0))[3]).toBe(0);
  expect(await pixel(0, 7)).toEqual([0xf9, 0xf8, 0xf5, 255]);
});
