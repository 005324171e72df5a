import { expect, test } from "@playwright/test";
import { NotebookPage } from "./notebook-page";

const [darkPaper, lightPaper] = ["#141518", "#fcfbf8"];

declare global {
  var workersEnded: number;
}

class GroundPage extends NotebookPage {
  /** Sets styles of the page's, as a host would. */
  async style(css: string): Promise<void> {
    await this.page.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.adoptedStyleSheets.push(sheet);
      // What a page's theme switch does besides.
      document.documentElement.dataset.theme = String(document.adoptedStyleSheets.length);
    }, css);
  }

  async color(property: string): Promise<string> {
    return this.figure.evaluate((figure, name) => getComputedStyle(figure).getPropertyValue(name), property);
  }

  /** The colour of the top left corner of the map of head 1: nearly paper, as its weight is small beside the largest. */
  async cell(): Promise<number> {
    return this.map(1)
      .locator("canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.getContext("2d")?.getImageData(0, 0, 1, 1).data[0] ?? -1);
  }

  /** Whether the figure itself paints what is behind it. */
  async bringsPaper(): Promise<boolean> {
    const body = this.figure.locator(".figure");
    return body.evaluate((element) => getComputedStyle(element).backgroundColor !== "rgba(0, 0, 0, 0)");
  }
}

test("a figure takes its paper and its hues from the ground, and follows it", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  expect(await notebook.color("--heed-paper")).toBe(lightPaper);
  expect(await notebook.cell()).toBeGreaterThan(128);
  await notebook.style("body { background: #202a38 !important }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe("#202a38");
  expect(await notebook.color("--heed-head-1")).toBe("#58b0ea");
  await expect.poll(() => notebook.cell()).toBeLessThan(128);
  await notebook.style("body { background: oklch(0.97 0.02 200) !important }");
  await expect.poll(() => notebook.color("--heed-head-1")).toBe("#0069a8");
  expect(await notebook.bringsPaper()).toBe(false);
});

test("on a ground where its text could not be read, a figure brings its own paper", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  for (const [ground, paper] of [
    ["#b9b9b9", lightPaper],
    ["#555", darkPaper],
  ]) {
    await notebook.style(`body { background: ${ground} !important }`);
    await expect.poll(() => notebook.bringsPaper()).toBe(true);
    expect(await notebook.color("--heed-paper")).toBe(paper);
  }
});

test("the attribute theme decides over the ground, and a background nearer by over one behind it", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  await notebook.figure.evaluate((figure) => figure.setAttribute("theme", "dark"));
  await expect.poll(() => notebook.color("--heed-paper")).toBe(darkPaper);
  expect(await notebook.bringsPaper()).toBe(true);
  await notebook.figure.evaluate((figure) => figure.removeAttribute("theme"));
  await expect.poll(() => notebook.color("--heed-paper")).toBe(lightPaper);
  await notebook.style("main { background: #101418 }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe("#101418");
});

test("a background that fades is read when it has faded", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  await notebook.style("body { transition: background-color 300ms }");
  await notebook.style("body { background: #202a38 !important }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe("#202a38");
});

test("on a page without backgrounds the page's colour scheme decides", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const notebook = new GroundPage(page);
  await notebook.open();
  await notebook.style("body { background: none !important }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe(darkPaper);
  await notebook.style(":root { color-scheme: light !important }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe(lightPaper);
});

test("a writer's own colours are kept on any ground", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  await notebook.style("heed-notebook { --heed-head-1: #123456 } body { background: #202a38 !important }");
  await expect.poll(() => notebook.color("--heed-paper")).toBe("#202a38");
  expect(await notebook.color("--heed-head-1")).toBe("#123456");
});

test("what a host's styles set or inherit changes nothing inside", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  const measure = () =>
    notebook.figure.locator(".figure").evaluate((body) => {
      const seen = [body, ...body.querySelectorAll(".controls, .reading, .statistics td, .cells, .axis")];
      return seen.map((element) => {
        const style = getComputedStyle(element);
        const { fontSize, fontStyle, fontFamily, letterSpacing, textAlign, direction, writingMode, color } = style;
        const { width, height } = element.getBoundingClientRect();
        return [
          fontSize,
          fontStyle,
          fontFamily,
          letterSpacing,
          textAlign,
          direction,
          writingMode,
          color,
          width,
          height,
        ];
      });
    });
  const before = await measure();
  await notebook.style(
    "heed-notebook { all: unset; font: italic 900 40px/3 fantasy; letter-spacing: 1em; text-align: center; text-transform: uppercase; direction: rtl; writing-mode: vertical-rl; color: red; zoom: 1; word-spacing: 2em; text-indent: 5em; line-height: 4; white-space: pre }" +
      "heed-notebook { display: block; width: min(1080px, 100% - 40px); justify-self: center }",
  );
  expect(await measure()).toEqual(before);
});

test("a figure fits where hosts shrink what they hold", async ({ page }) => {
  const notebook = new GroundPage(page);
  await notebook.open();
  await notebook.style("main > .breakout { width: auto }");
  for (const host of ["display: flex", "display: flex; flex-direction: column; align-items: center", "float: left"]) {
    await notebook.figure.evaluate((figure, css) => {
      const box = document.createElement("div");
      box.style.cssText = `${css}; grid-column: 2`;
      figure.replaceWith(box);
      box.append(figure);
    }, host);
    const { width = 0, x = -1 } = (await notebook.figure.boundingBox()) ?? {};
    expect(width, host).toBeGreaterThan(300);
    expect(x + width, host).toBeLessThanOrEqual(1200);
  }
});

test("taken off and put back when its workers have ended, a figure draws in the colours of where it is", async ({
  page,
}) => {
  await page.addInitScript(() => {
    globalThis.workersEnded = 0;
    const { terminate } = Worker.prototype;
    Worker.prototype.terminate = function () {
      globalThis.workersEnded++;
      terminate.call(this);
    };
  });
  const notebook = new GroundPage(page);
  await notebook.open();
  const figure = await notebook.figure.elementHandle();
  const box = await page.evaluateHandle((taken) => {
    const made = document.createElement("div");
    made.style.cssText = "background: #202a38; grid-column: 1 / -1";
    taken?.replaceWith(made);
    return made;
  }, figure);
  await expect.poll(() => page.evaluate(() => globalThis.workersEnded)).toBeGreaterThan(0);
  await box.evaluate((made, taken) => made.append(taken as Node), figure);
  await expect.poll(() => notebook.color("--heed-paper")).toBe("#202a38");
  await notebook.settled();
  await expect.poll(() => notebook.cell()).toBeLessThan(128);
});
