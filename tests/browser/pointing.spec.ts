import { expect, test } from "@playwright/test";
import { NotebookPage } from "./notebook-page";

test.beforeEach(async ({ page }) => {
  await new NotebookPage(page).open();
});

test("at rest the figure reads its strongest look at another token", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await expect(notebook.reading).toHaveText(
    "Query 7 gives key 4 a weight of 0.024, a fifth of an equal share (1/8 = 0.125). Its weight for itself is 0.872.",
  );
  expect(await notebook.boxed(0)).toBe("7,4");
});

test("a hovered cell is boxed in every map, banded in the chart, and read in the map pointed at", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.map(3).hover(await notebook.at(3, 4, 2));
  await expect(notebook.reading).toContainText("In head 3, query 4 gives key 2 a weight of 0.629");
  for (let map = 0; map <= 4; map++) expect(await notebook.boxed(map)).toBe("4,2");
  await expect(notebook.figure.locator(".entropy-chart .labels .at")).toHaveText("at query 4");
  await expect(notebook.figure.locator(".entropy-chart .labels g").nth(3)).toHaveText("Head 3 1.32");
  await page.mouse.move(5, 5);
  await expect(notebook.reading).toContainText("Query 7 gives key 4");
});

test("a click locks, the lock holds against hovering, the same cell again releases", async ({ page }) => {
  const notebook = new NotebookPage(page);
  const cell = await notebook.at(0, 4, 7);
  await notebook.map(0).click(cell);
  await expect(page).toHaveURL(/cell=4,7$/);
  await notebook.map(0).hover(await notebook.at(0, 1, 1));
  await expect(notebook.reading).toContainText("Query 4 gives key 7 a weight of 0.022");
  await notebook.map(0).click(cell);
  await expect(page).not.toHaveURL(/cell/);
  await notebook.map(0).hover(await notebook.at(0, 1, 1));
  await expect(notebook.reading).toContainText("Query 1 gives key 1");
});

test("the chart points at a query, and at the nearest line", async ({ page }) => {
  const notebook = new NotebookPage(page);
  const chart = notebook.figure.locator(".entropy-chart");
  const dot = await chart.locator(".lines g").nth(3).locator("circle.dot").nth(4).boundingBox();
  const box = await chart.boundingBox();
  if (!dot || !box) throw new Error("the chart is not drawn");
  await chart.hover({ position: { x: dot.x - box.x + 2, y: dot.y - box.y + 2 } });
  await expect(notebook.reading).toContainText("In head 3, query 4 sees 8 keys: its entropy is 1.321 nats");
  await expect(notebook.map(0).locator(".bands rect")).toHaveCount(1);
});

test("keys walk over a map, lock and release", async ({ page }) => {
  const notebook = new NotebookPage(page);
  const map = notebook.map(0);
  await map.focus();
  await map.press("ArrowUp");
  await expect(notebook.reading).toContainText("Query 6 gives key 4");
  await map.press("Home");
  await expect(notebook.reading).toContainText("Query 6 gives key 0");
  await map.press("End");
  await expect(notebook.reading).toContainText("Query 6 gives key 7");
  await map.press("Control+Home");
  await expect(notebook.reading).toContainText("Query 0 gives key 0");
  await map.press("ArrowLeft");
  await map.press("ArrowUp");
  await expect(notebook.reading).toContainText("Query 0 gives key 0");
  await map.press("PageDown");
  await map.press("ArrowRight");
  await map.press("Enter");
  await expect(page).toHaveURL(/cell=1,1$/);
  await map.press("ArrowDown");
  await expect(page).toHaveURL(/cell=2,1$/);
  // What a screen reader hears is the sentence.
  await expect(notebook.figure.locator(".visually-hidden")).toContainText("Query 2 gives key 1");
  await map.press("Escape");
  await expect(page).not.toHaveURL(/cell/);
});

test("settings change by arrow keys, by typing and by dragging", async ({ page }) => {
  const notebook = new NotebookPage(page);
  const tokens = notebook.setting("tokens");
  await tokens.press("ArrowUp");
  await expect(tokens).toHaveValue("9");
  await tokens.fill("12");
  await tokens.press("Enter");
  await expect(page).toHaveURL(/tokens=12/);
  await expect(notebook.figure.locator(".weights tbody tr")).toHaveCount(12);
  const box = await notebook.setting("temperature").boundingBox();
  if (!box) throw new Error("no temperature on the page");
  await page.mouse.move(box.x + 4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await expect(notebook.setting("temperature")).toHaveValue("1.6");
  await expect(page).toHaveURL(/tokens=12&temperature=1.6/);
  await notebook.figure.getByRole("radio", { name: "causal" }).check();
  await expect(notebook.reading).toContainText("a weight of");
  await expect(page).toHaveURL(/mask=causal/);
});

test("heads step through the divisors of the width", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.setting("heads").press("ArrowUp");
  await expect(notebook.setting("heads")).toHaveValue("8");
  await expect(notebook.figure.locator(".map:visible")).toHaveCount(9);
});

test.describe("fingers", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a tap locks the cell under the finger", async ({ page }) => {
    const notebook = new NotebookPage(page);
    await notebook.map(0).tap(await notebook.at(0, 4, 7));
    await expect(page).toHaveURL(/cell=4,7$/);
    await expect(notebook.reading).toContainText("Query 4 gives key 7 a weight of 0.022");
  });

  test("a sideways drag reads the cell above the finger", async ({ page }) => {
    const notebook = new NotebookPage(page);
    const { position } = await notebook.at(0, 6, 2);
    await notebook.map(0).evaluate((cells, at) => {
      const { left, top } = cells.getBoundingClientRect();
      const send = (type: string, x: number) =>
        cells.dispatchEvent(
          new PointerEvent(type, { pointerType: "touch", clientX: left + x, clientY: top + at.y, bubbles: true }),
        );
      send("pointerdown", at.x - 30);
      send("pointermove", at.x);
    }, position);
    await expect(notebook.reading).toContainText("Query 5 gives key 2");
  });

  test("maps and chart leave vertical scrolling to the page", async ({ page }) => {
    const notebook = new NotebookPage(page);
    await expect(notebook.map(0)).toHaveCSS("touch-action", "pan-y");
    await expect(notebook.figure.locator(".entropy-chart")).toHaveCSS("touch-action", "pan-y");
  });
});
