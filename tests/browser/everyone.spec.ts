import { expect, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { openFigure } from "./figure-page";
import { layout } from "./font-sets.mjs";
import { NotebookPage } from "./notebook-page";
import { violationsOf } from "./violations";

const phone = { width: 390, height: 844 };

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [{ width: 1200, height: 900 }, phone]) {
    test.describe(`${colorScheme}, ${viewport.width} px`, () => {
      test.use({ colorScheme, viewport });

      test("axe finds nothing", async ({ page }) => {
        await new NotebookPage(page).open("?mask=causal&cell=4,2&map=2");
        for (const summary of await page.locator("summary").all()) await summary.click();
        expect(await violationsOf(page)).toEqual([]);
      });

      test("axe finds nothing beside an error", async ({ page }) => {
        await new NotebookPage(page).open("?heads=5&tokens=no");
        expect(await violationsOf(page)).toEqual([]);
      });
    });
  }
}

for (const width of [320, 390, 600, 820, 1200]) {
  test(`nothing sticks out at ${width} px`, { tag: width === 320 ? layout : [] }, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    for (const search of ["?cell=4,7", "?tokens=600&heads=16&seed=4294967295&mask=causal"]) {
      await new NotebookPage(page).open(search);
      for (const summary of await page.locator("summary").all()) await summary.click();
      await expectInside(page.locator("heed-notebook"));
      for (const math of await page.locator("math").all()) {
        const box = await math.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
      }
    }
  });
}

test("fingers find targets of 44 px", async ({ page }) => {
  await page.setViewportSize(phone);
  const notebook = new NotebookPage(page);
  await notebook.open("?seed=7");
  const targets = await notebook.figure.locator(".scrubber, .choice label, .provenance button, summary").all();
  expect(targets.length).toBeGreaterThanOrEqual(9);
  for (const target of targets) {
    const box = await target.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(box?.width).toBeGreaterThanOrEqual(44);
  }
});

test("everything in the notebook can be reached by Tab, and shows it", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  await notebook.setting("tokens").focus();
  await page.keyboard.press("Shift+Tab");
  const reached: string[] = [];
  for (let i = 0; i < 15; i++) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
        if (!active) return "";
        const marked =
          active instanceof HTMLInputElement && active.type === "radio" ? active.nextElementSibling : active;
        const outline = marked ? getComputedStyle(marked).outlineStyle : "none";
        const name = active.getAttribute("name") ?? active.getAttribute("aria-label") ?? active.localName;
        return outline === "none" ? `${name} without outline` : name;
      }),
    );
  }
  expect(reached).toEqual([
    "tokens",
    "width",
    "heads",
    "seed",
    "temperature",
    "mask",
    "button",
    "button",
    "Attention weights of one head over whole tokens",
    "Attention weights of head 1",
    "Attention weights of head 2",
    "Attention weights of head 3",
    "Attention weights of head 4",
    "Entropy of each query, one line per map",
    "summary",
  ]);
});

/** The colour of the first cell of the single head's map. */
const cornerOf = (notebook: NotebookPage) =>
  notebook
    .map(0)
    .evaluate((cells) => [...(cells.querySelector("canvas")?.getContext("2d")?.getImageData(5, 5, 1, 1).data ?? [])]);
const light = [0x3b, 0x4a, 0x5a, 255];
const dark = [0xa9, 0xb8, 0xc9, 255];

test("the dark theme repaints the maps when the system changes", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  expect(await cornerOf(notebook)).toEqual(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => cornerOf(notebook)).toEqual(dark);
});

test("the dark theme prints on paper: dark ink, light maps", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  const notebook = new NotebookPage(page);
  await notebook.open();
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await expect(page.locator("body")).toHaveCSS("color", "rgb(27, 28, 31)");
  await expect.poll(() => cornerOf(notebook)).toEqual(light);
});

test("on paper a figure is what was set, in words, and the picture with its bars", async ({ page }) => {
  const figure = await openFigure(page, "heed-temperature", "?temperature-mask=causal");
  await page.emulateMedia({ media: "print" });
  await expect(figure.locator(".choice").getByText("causal", { exact: true })).toBeVisible();
  await expect(figure.locator(".choice").getByText("none", { exact: true })).toBeHidden();
  for (const control of [".controls .tools button", ".controls input[type=range]", ".message", "details.data"])
    await expect(figure.locator(control).first()).toBeHidden();
  await expect(figure.locator(".weight-track .bar").first()).toHaveCSS("print-color-adjust", "exact");
  await expect(figure).toHaveCSS("break-inside", "avoid");
});

test("a theme that changes beside a refusal keeps the panels that have numbers", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  await notebook.setting("heads").fill("9");
  await notebook.setting("heads").press("Enter");
  await expect(notebook.message).toContainText("not divisible by 9");
  await page.emulateMedia({ colorScheme: "dark" });
  // The figure has heard of the theme once its maps are painted in it.
  await expect.poll(() => cornerOf(notebook)).toEqual(dark);
  await expect(notebook.figure.locator(".map:visible")).toHaveCount(5);
});

test("the choices of the mask are named by their words alone", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  for (const name of ["none", "causal"])
    await expect(notebook.figure.getByRole("radio", { name, exact: true })).toBeVisible();
});

test.describe("reduced motion", () => {
  test.use({ reducedMotion: "reduce" });

  test("no transition asks for frames", async ({ page }) => {
    const notebook = new NotebookPage(page);
    await notebook.open();
    await page.evaluate(() => {
      const original = globalThis.requestAnimationFrame;
      Object.assign(globalThis, { frames: 0 });
      globalThis.requestAnimationFrame = (callback) => {
        Object.assign(globalThis, { frames: (globalThis as unknown as { frames: number }).frames + 1 });
        return original(callback);
      };
    });
    await notebook.setting("seed").press("ArrowUp");
    await notebook.settled();
    await expect(notebook.figure).toContainText("seed 43");
    expect(await page.evaluate(() => (globalThis as unknown as { frames: number }).frames)).toBe(0);
  });
});
