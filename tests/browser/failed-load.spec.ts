import { expect, type Page, test } from "@playwright/test";
import { NotebookPage } from "./notebook-page";

/** Puts a line before the worker's script, where an engine's lacks can be imitated. */
async function beforeWorker(page: Page, line: string): Promise<void> {
  await page.route(/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${line};\n${await response.text()}` });
  });
}

async function saysWhatStillWorks(page: Page, why: RegExp): Promise<void> {
  const { message, figure } = new NotebookPage(page);
  await expect(message).toContainText(why);
  await expect(message).toContainText("can be read without it");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("math").first()).toBeVisible();
  await page.getByText("What the notebook printed").click();
  await expect(page.locator("pre")).toContainText("0.4718");
  await expect(figure.locator(".map").first()).toBeHidden();
}

test("the core is missing, and then is there", async ({ page }) => {
  await page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }));
  await new NotebookPage(page).visit();
  await saysWhatStillWorks(page, /could not be fetched: the server answered 404/);
  await page.unroute(/\.wasm$/);
  const notebook = new NotebookPage(page);
  await notebook.figure.getByRole("button", { name: "Try again" }).click();
  await notebook.settled();
  await expect(notebook.map(0)).toBeVisible();
  await expect(notebook.message).toContainText("Drag a number");
});

test("the core is damaged", async ({ page }) => {
  await page.route(/\.wasm$/, (route) =>
    route.fulfill({ status: 200, contentType: "application/wasm", body: "<html>" }),
  );
  await new NotebookPage(page).visit();
  await saysWhatStillWorks(page, /damaged/);
});

test("the worker's script is missing: the page's own thread does the work", async ({ page }) => {
  await page.route(/worker-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  const notebook = new NotebookPage(page);
  await notebook.open();
  expect(page.workers()).toEqual([]);
  await expect(notebook.message).toContainText("Drag a number");
});

test("the worker's script is missing, and what stands in for it", async ({ page }) => {
  await page.route(/(worker|serve)-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  await new NotebookPage(page).visit();
  await saysWhatStillWorks(page, /could not be loaded/);
  await page.unroute(/(worker|serve)-[^/]*\.js$/);
  const notebook = new NotebookPage(page);
  await notebook.figure.getByRole("button", { name: "Try again" }).click();
  await notebook.settled();
  expect(page.workers().length).toBeGreaterThan(0);
});

test("the page's script is missing", async ({ page }) => {
  await page.route(/index-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
  await page.goto("/");
  await expect(page.getByText("The figure’s script has not arrived")).toBeVisible();
  await page.getByText("What the notebook printed").click();
  await expect(page.locator("pre")).toBeVisible();
});

test("the network goes once the page is there", async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "hardwareConcurrency", { value: 4 }));
  const notebook = new NotebookPage(page);
  await notebook.open("?heads=1");
  await context.setOffline(true);
  await notebook.setting("heads").fill("8");
  await notebook.setting("heads").press("Enter");
  await expect(notebook.figure.locator(".statistics tbody tr")).toHaveCount(9);
  await notebook.settled();
  await expect(notebook.message).toContainText("Drag a number");
});

test("the engine has no WebAssembly", async ({ page }) => {
  await beforeWorker(page, "delete globalThis.WebAssembly");
  await new NotebookPage(page).visit();
  await saysWhatStillWorks(page, /has no WebAssembly/);
});

test("the engine has no SIMD", async ({ page }) => {
  await beforeWorker(page, "WebAssembly.validate = () => false");
  await new NotebookPage(page).visit();
  await saysWhatStillWorks(page, /lacks SIMD/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the text, the formula and the printed numbers can be read", async ({ page }) => {
    await page.goto("/");
    await expect(page.locator("math").first()).toBeVisible();
    await page.getByText("What the notebook printed").click();
    await expect(page.locator("pre")).toBeVisible();
  });
});
