import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { errorsOf, NotebookPage } from "./notebook-page";
import { expectStill, watchShifts } from "./shifts";
import { watchSiteFiles } from "./site-files";

const firstFigure = (page: Page) => expect(page.locator("heed-look-up .reading")).toContainText("largest weight");

// Tall ones too, where all of the figure is in view.
for (const viewport of [
  { width: 1200, height: 900 },
  { width: 1200, height: 3000 },
  { width: 820, height: 3000 },
  { width: 390, height: 844 },
  { width: 390, height: 4000 },
]) {
  test(`nothing moves while the page loads, ${viewport.width} × ${viewport.height} px`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await watchShifts(page);
    // The core comes late, so that the figure is first seen empty.
    await page.route(/\.wasm$/, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    // A figure that a link makes taller than it is at first may move what is far below it, so not in tall windows.
    for (const search of viewport.height < 1000 ? ["", "?tokens=40&heads=8&mask=causal&cell=3,2", "?heads=9"] : [""]) {
      await new NotebookPage(page).open(search);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100))));
      // In tall windows what is below is in view, and room is kept to a few pixels: a tenth of what counts as good.
      const most = viewport.height < 1000 ? 0 : 0.01;
      await expectStill(page, most);
    }
  });
}

test("the first view is at most 150 KB, the core at most 62 KB of it, gzipped", async ({ page }) => {
  const filesLoaded = watchSiteFiles(page);
  await page.goto("/");
  await firstFigure(page);
  await page.waitForLoadState("networkidle");
  const sizes = [...filesLoaded()].map(([path, body]) => ({ path, bytes: gzipSync(body, { level: 9 }).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const core = sizes.find(({ path }) => path.endsWith(".wasm"))?.bytes;
  // What the document, the page's scripts and its workers load is all seen.
  for (const part of ["index-", "heed-look-up-", "serve-tasks-", "heed-core-"])
    expect(sizes.filter(({ path }) => path.includes(part)).length, part).toBe(1);
  expect(total).toBeLessThanOrEqual(150_000);
  // The program gzip makes 60.2 KB of it, Node's zlib a fiftieth more.
  expect(core).toBeLessThanOrEqual(62_000);
});

test("hovering over 512 tokens paints no cells, and changes marks and words only", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?tokens=512");
  await expect(notebook.figure).not.toHaveAttribute("aria-busy");
  const { painted, added, readings } = await notebook.map(0).evaluate(async (cells) => {
    const root = cells.getRootNode() as ShadowRoot;
    // What was asked for before is drawn in the frames before.
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (let i = 0; i < 30; i++) await frame();
    let count = 0;
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...rest: unknown[]) {
      count++;
      return Reflect.apply(putImageData, this, rest);
    };
    const changes: number[] = [];
    const seen = new Set<string>();
    const watch = new MutationObserver(() => {});
    watch.observe(root, { childList: true, subtree: true });
    const { left, top, width } = cells.getBoundingClientRect();
    for (let i = 0; i < 60; i++) {
      const at = { clientX: left + (i / 60) * width, clientY: top + ((i * 7) % 60) * (width / 60) };
      cells.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse", ...at }));
      await frame();
      changes.push(watch.takeRecords().reduce((sum, { addedNodes }) => sum + addedNodes.length, 0));
      seen.add(root.querySelector(".reading")?.textContent ?? "");
    }
    watch.disconnect();
    CanvasRenderingContext2D.prototype.putImageData = putImageData;
    return { painted: count, added: Math.max(...changes), readings: seen.size };
  });
  expect(painted).toBe(0);
  expect(readings).toBeGreaterThan(30);
  // The sentence and the ticks in focus; maps, lines and tables stay.
  expect(added).toBeLessThan(60);
});

declare global {
  var work: {
    /** Modules of WebAssembly that the page's own thread could call: what it compiles is for workers. */
    instances: number;
    /** Timers that have gone off. */
    turn: number;
    /** What was painted at once: in which turn, and which share of its map. */
    pieces: { turn: number; share: number }[];
  };
}

/** Counts what the page's own thread does. A piece takes as long as a slice of time may, whatever the machine: it ends the turn. */
const countWork = (page: Page) =>
  page.addInitScript(() => {
    globalThis.work = { instances: 0, turn: 0, pieces: [] };
    for (const name of ["instantiate", "instantiateStreaming"] as const) {
      const original = WebAssembly[name] as (...given: unknown[]) => Promise<unknown>;
      Object.assign(WebAssembly, {
        [name]: (...given: unknown[]) => {
          globalThis.work.instances++;
          return original(...given);
        },
      });
    }
    let passed = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + passed;
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...given: unknown[]) {
      const [image, , , , , , rows = (image as ImageData).height] = given as [ImageData, ...number[]];
      // Maps are square, and what else is painted, as the bars of colours, is not.
      if (image.width === image.height) {
        globalThis.work.pieces.push({ turn: globalThis.work.turn, share: rows / image.height });
        passed += 10;
      }
      return Reflect.apply(putImageData, this, given);
    };
    const { setTimeout } = globalThis;
    const counted = (act: TimerHandler, ...rest: unknown[]) => {
      const later = (...given: unknown[]) => {
        globalThis.work.turn++;
        if (typeof act === "function") act(...given);
      };
      return Reflect.apply(setTimeout, globalThis, [later, ...rest]);
    };
    Object.assign(globalThis, { setTimeout: counted });
  });

test("4096 tokens are drawn a little at a time, and the page's own thread computes nothing", async ({ page }) => {
  test.setTimeout(90_000);
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await countWork(page);
  await notebook.open("?heads=1");
  await page.evaluate(() => {
    globalThis.work.pieces = [];
  });
  await notebook.setting("tokens").fill("4096");
  await notebook.setting("tokens").press("Enter");
  await expect(notebook.figure.locator(".numbers")).toContainText("ln 4096", { timeout: 60_000 });
  // The single head's map and that of head 1, each whole.
  const whole = 2;
  const painted = () => page.evaluate(() => globalThis.work.pieces.reduce((sum, { share }) => sum + share, 0));
  await expect.poll(painted, { timeout: 60_000 }).toBeGreaterThan(whole - 1e-6);
  await expect(notebook.figure).not.toHaveAttribute("aria-busy");
  const { instances, pieces } = await page.evaluate(() => globalThis.work);
  expect(instances).toBe(0);
  // A row of pixels, which stands for some rows of weights, is the least that is painted.
  expect(Math.max(...pieces.map(({ share }) => share * 4096 ** 2))).toBeLessThan(100_000);
  expect(new Set(pieces.map(({ turn }) => turn)).size).toBe(pieces.length);
  await expect(notebook.figure.locator(".single .scale-bar")).toContainText("each pixel the largest of");
  await notebook.map(0).hover(await notebook.at(0, 2000, 1000, 4096));
  await expect(notebook.reading).toContainText(/Query \d+ gives key \d+ a weight of/);
  expect(errors).toEqual([]);
});
