import { expect, test } from "@playwright/test";
import { errorsOf, NotebookPage } from "./notebook-page";
import { single } from "./notebook-printed";

test("values out of range are named with their range; nothing is lost", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await notebook.open();
  const cases: [setting: string, typed: string, range: string][] = [
    ["tokens", "0", "a whole number from 1 to 4096"],
    ["tokens", "4097", "a whole number from 1 to 4096"],
    ["tokens", "eight", "a whole number from 1 to 4096"],
    ["tokens", "NaN", "a whole number from 1 to 4096"],
    ["width", "1e9", "a whole number from 1 to 1024"],
    ["heads", "2.5", "a whole number from 1 to 16"],
    ["seed", "-1", "a whole number from 0 to 4294967295"],
    ["temperature", "0", "a number from 0.01 to 100"],
    ["temperature", "Infinity", "a number from 0.01 to 100"],
  ];
  for (const [setting, typed, range] of cases) {
    const input = notebook.setting(setting);
    await input.fill(typed);
    await input.press("Enter");
    await expect(notebook.message).toContainText(
      `${setting.charAt(0).toUpperCase()}${setting.slice(1)} is ${range}, not “${typed}”.`,
    );
    await expect(input).toHaveValue(typed);
    await expect(input).toHaveAttribute("aria-invalid", "true");
    expect(await notebook.weights()).toEqual(single);
    await input.press("Escape");
    await expect(input).toHaveAttribute("aria-invalid", "false");
  }
  await notebook.setting("seed").fill("7");
  await notebook.setting("seed").press("Enter");
  await expect(page).toHaveURL(/seed=7/);
  expect(errors).toEqual([]);
});

test("heads that do not divide the width: the core's message, the last good figure, and a way on", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await notebook.open();
  await notebook.setting("heads").fill("5");
  await notebook.setting("heads").press("Enter");
  await expect(notebook.message).toContainText("64");
  await expect(notebook.message).toContainText("not divisible by 5");
  await expect(notebook.message).toContainText("The figure keeps the last numbers that could be computed.");
  await expect(notebook.setting("heads")).toHaveAttribute("aria-invalid", "true");
  expect(await notebook.weights()).toEqual(single);
  await notebook.setting("width").fill("65");
  await notebook.setting("width").press("Enter");
  await expect(notebook.figure.locator(".statistics tbody tr")).toHaveCount(6);
  await expect(notebook.message).toContainText("Drag a number");
  expect(errors).toEqual([]);
});

test("a link to something that cannot be computed still gets a figure", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?heads=5");
  await expect(notebook.message).toContainText("The figure shows the source experiment.");
  expect(await notebook.weights()).toEqual(single);
});

test("one token looks at itself", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await notebook.open("?tokens=1&mask=causal");
  await expect(notebook.reading).toHaveText("Query 0 gives key 0 a weight of 1.000, the only key it sees.");
  await expect(notebook.figure.locator(".numbers")).toContainText("ln 1 = 0.0000");
  expect(await notebook.weights()).toEqual([["1.000"]]);
  expect(errors).toEqual([]);
});

test("the smallest width, the most heads, the coldest and the hottest softmax", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  for (const search of [
    "?width=1&heads=1",
    "?width=16&heads=16",
    "?temperature=0.01",
    "?temperature=100",
    "?tokens=2&width=1024",
  ]) {
    await notebook.open(search);
    await expect(notebook.figure.locator(".statistics")).not.toContainText("NaN");
  }
  expect(errors).toEqual([]);
});

test("more weights than a page should hold: how much they need, and the last good figure", async ({ page }) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await notebook.open();
  await notebook.setting("heads").fill("16");
  await notebook.setting("heads").press("Enter");
  await expect(notebook.figure.locator(".map:visible")).toHaveCount(17);
  await notebook.setting("tokens").fill("4096");
  await notebook.setting("tokens").press("Enter");
  await expect(notebook.message).toContainText(/17 maps of 4096 × 4096 weights need 1\.1 GB/);
  await expect(notebook.message).toContainText("The figure keeps the last numbers that could be computed.");
  await expect(notebook.figure.locator(".weights tbody tr")).toHaveCount(8);
  await notebook.setting("tokens").fill("16");
  await notebook.setting("tokens").press("Enter");
  await expect(notebook.figure.locator(".weights tbody tr")).toHaveCount(16);
  expect(errors).toEqual([]);
});
