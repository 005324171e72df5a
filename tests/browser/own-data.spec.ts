import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { openOwnData } from "./own-data-page";
import { violationsOf } from "./violations";

const fixture = (name: string) => join(import.meta.dirname, "../fixtures/formats", name);

test("the example is computed, with numbered tokens, and another head can be chosen by keys", async ({ page }) => {
  const figure = await openOwnData(page);
  await expect(figure.locator(".grid button")).toHaveCount(4);
  await expect(figure.locator(".title")).toHaveText("Head 1");
  const second = figure.getByRole("button", { name: "Head 2" });
  await second.focus();
  await page.keyboard.press("Enter");
  await expect(second).toHaveAttribute("aria-pressed", "true");
  await expect(figure.locator(".title")).toHaveText("Head 2");
  await expect(figure.locator(".note")).toContainText("The sum of every row is 1.");
  // No model read a text, so that no token is a word.
  const names = Array.from({ length: 10 }, (_, i) => `t${i}`);
  for (const axis of ["query", "key"]) await expect(figure.locator(`.single .ticks text.${axis}`)).toHaveText(names);
  await expect(figure.locator(".reading")).toContainText("“");
  await figure.locator(".cells").focus();
  await page.keyboard.press("Control+Home");
  await expect(figure.locator(".reading")).toContainText("Query 0 “t0” gives key 0 “t0” a weight of");
});

test("a mask hides later tokens", async ({ page }) => {
  const figure = await openOwnData(page);
  await figure.getByRole("radio", { name: "causal" }).check({ force: true });
  await expect(figure).not.toHaveAttribute("aria-busy");
  await figure.locator(".cells").focus();
  await page.keyboard.press("Control+Home");
  await expect(figure.locator(".reading")).toContainText("a weight of 1.000, the only key it sees");
});

test("files of weights: tokens are text, rows that do not add up are said to", async ({ page }) => {
  const figure = await openOwnData(page);
  await figure.locator("input[type=file]").setInputFiles(fixture("stored.npz"));
  await expect(figure.locator(".message")).toHaveText("stored.npz: weights: 1 layer, 2 heads, 3 queries × 4 keys.");
  await expect(figure.locator(".note")).toContainText("Not every row has the sum 1");
  await expect(figure.locator("text.key").nth(1)).toHaveText("<b>cat<…");
  expect(await figure.locator(".picture b b").count()).toBe(0);
});

test("what is wrong with a file is said, and the figure stays", async ({ page }) => {
  const figure = await openOwnData(page);
  await figure.locator("input[type=file]").setInputFiles(fixture("object.npy"));
  await expect(figure.locator(".message")).toContainText("holds Python objects (dtype object)");
  await expect(figure.locator(".title")).toHaveText("Head 1");
});

test("tensors can be given other roles; what the core refuses is named", async ({ page }) => {
  const figure = await openOwnData(page);
  const data = JSON.stringify({
    x: [
      [1, 2],
      [3, 4],
    ],
    y: [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    z: [[1, 2, 3]],
  });
  await figure.locator("input[type=file]").setInputFiles({ name: "x.json", mimeType: "", buffer: Buffer.from(data) });
  await expect(figure.locator(".message")).toContainText("x.json: Q and K: 1 head, 2 queries, 3 keys, dk 2");
  await figure.getByLabel("K", { exact: true }).selectOption("z");
  await expect(figure.locator(".message")).toContainText(/^x\.json: Q has .*2.* but K .*3/);
  await expect(figure.locator(".message")).toHaveClass(/refusal/);
  await figure.getByLabel("weights", { exact: true }).selectOption("y");
  await expect(figure.locator(".message")).toHaveText("x.json: weights: 1 layer, 1 head, 3 queries × 2 keys.");
});

test("all heads in numbers, as tables and to take away", async ({ page }) => {
  const figure = await openOwnData(page);
  await figure.getByText("The numbers as tables").click();
  const largest = figure.getByRole("table", { name: "largest weight" });
  await expect(largest.getByRole("columnheader")).toHaveText(["layer", "head 1", "head 2", "head 3", "head 4"]);
  const first = await largest.getByRole("cell").first().textContent();
  await expect(figure.locator(".note")).toContainText(`largest weight ${Number(first).toFixed(3)}`);
  await figure.getByRole("button", { name: "save", exact: true }).click();
  const button = figure.getByRole("button", { name: "Save the numbers as JSON" });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const saved = JSON.parse(await readFile(await download.path(), "utf8"));
  expect(saved["largest weight"].shape).toEqual([1, 4]);
  expect(saved.weights.shape).toEqual([1, 4, 10, 10]);
  expect(saved.weights.axes[2].labels[0]).toBe("t0");
  // What was saved can be opened again.
  await figure.locator("input[type=file]").setInputFiles({
    name: "again.json",
    mimeType: "",
    buffer: Buffer.from(JSON.stringify(saved)),
  });
  await expect(figure.locator(".message")).toHaveText("again.json: weights: 1 layer, 4 heads, 10 queries × 10 keys.");
});

test("text that is pasted", async ({ page }) => {
  const figure = await openOwnData(page);
  await figure.evaluate((element) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "1,0\n0.5,0.5\n");
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  });
  await expect(figure.locator(".message")).toHaveText("pasted text: weights: 1 layer, 1 head, 2 queries × 2 keys.");
});

test("data set by script, and written inside the element", async ({ page }) => {
  await openOwnData(page);
  await page.evaluate(() => {
    const script = '<script type="application/json">{"weights": [[1, 0], [0.5, 0.5]]}</script>';
    document
      .querySelector("main")
      ?.insertAdjacentHTML("beforeend", `<heed-attention id="inline">${script}</heed-attention>`);
    const element = document.createElement("heed-attention");
    element.id = "script";
    document.querySelector("main")?.append(element);
    Object.assign(element, { data: { weights: { shape: [2, 3, 1, 2], data: new Float32Array(12).fill(0.5) } } });
  });
  await expect(page.locator("#inline .message")).toContainText("inline data: weights: 1 layer, 1 head, 2 queries");
  await expect(page.locator("#script .message")).toContainText("data: weights: 2 layers, 3 heads, 1 query × 2 keys");
  await expect(page.locator("#script").getByRole("button", { name: "Layer 2, head 3" })).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390])
    test(`axe finds nothing, nothing sticks out: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      await openOwnData(page);
      expect(await violationsOf(page, "heed-attention")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
