import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { expectInside } from "./beyond";
import { violationsIn } from "./figure-page";
import { layout } from "./font-sets.mjs";
import { slow, small, TrainingPage } from "./training-page";

test.describe.configure({ timeout: 120_000 });

test("two layers form induction heads, which is told from the numbers; one layer does not get there in as many steps", async ({
  page,
}) => {
  const training = new TrainingPage(page);
  await training.open();
  await training.train(250);
  expect(Math.max(...(await training.newest("induction")))).toBeGreaterThan(0.9);
  expect((await training.data("Held-out")).values.at(-1)).toBeGreaterThan(0.95);
  await expect(training.message).toContainText(
    /Head 2\.\d became an induction head at step \d+: from 0\.\d\d to 0\.\d\d/,
  );

  await training.button(/compare with 1 layer/).click();
  await expect(training.button("Pause")).toBeVisible();
  // To the end of its run, which stops by itself: one layer is too quick to be paused in time.
  await expect(training.button("Play")).toBeVisible({ timeout: 60_000 });
  expect(await training.step()).toBeGreaterThanOrEqual(250);
  expect(Math.max(...(await training.newest("induction")))).toBeLessThan(0.3);
  expect((await training.data("Held-out")).values.at(-1)).toBeLessThan(0.4);
  await expect(training.message).not.toContainText("became an induction head");
  // The run with two layers is still drawn, and named.
  await expect(training.chart.locator(".panel.loss .labels")).toContainText("2 layers");
});

test.describe("what was trained", () => {
  test("can be gone back to by keys, by pointing and by clicking, and everything follows", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open();
    await training.train(60);
    const now = await training.data("Attention weights");
    await training.timeline.focus();
    await page.keyboard.press("Home");
    await expect(training.progress).toContainText("step 0, of");
    await expect.poll(async () => (await training.data("Attention weights")).name).toBe("Attention weights at step 0");
    expect((await training.data("Attention weights")).values).not.toEqual(now.values);
    await expect(training.chart.locator(".at text").first()).toHaveText("0");
    await page.keyboard.press("ArrowRight");
    await expect(training.progress).not.toContainText("step 0, of");
    await page.keyboard.press("End");
    await expect.poll(async () => (await training.data("Attention weights")).values).toEqual(now.values);

    const box = await training.chart.boundingBox();
    if (!box) throw new Error("no chart");
    await page.mouse.move(box.x + 46, box.y + 100);
    await expect(training.progress).toContainText("step 0, of");
    await page.mouse.move(5, 5);
    await expect(training.progress).not.toContainText(", of");
    await page.mouse.click(box.x + 46, box.y + 100);
    await page.mouse.move(5, 5);
    await expect(training.progress).toContainText("step 0, of");
    await page.mouse.click(box.x + 46, box.y + 100);
    await page.mouse.move(5, 5);
    await expect(training.progress).not.toContainText(", of");
  });

  test("loses something when a head is switched off, and has it back when on", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open();
    await training.train(60);
    const lost = training.chart.locator(".panel.loss .dots text");
    await expect(lost).toHaveCount(0);
    const head = training.figure.getByRole("switch", { name: "Head 2.1" });
    await head.focus();
    await page.keyboard.press("Space");
    await expect(head).toHaveAttribute("aria-checked", "false");
    await expect(lost).toHaveText(/without 2\.1: \d/);
    await page.keyboard.press("Space");
    await expect(lost).toHaveCount(0);
    // What each is worth alone is worked out by itself.
    await expect(training.figure.locator(".worth").first()).toHaveText(/without \d+ %/);
  });

  test("is the same when saved and opened again, and goes on from there", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open();
    await training.train(30);
    const step = await training.step();
    const weights = await training.data("Attention weights");
    const saving = page.waitForEvent("download");
    await training.button("save model").click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe(`heed-induction-step-${step}.safetensors`);
    await expect(training.message).toContainText("so training can continue");
    await expect(training.message).not.toHaveClass(/refusal/);
    await training.button("reset").click();
    await expect(training.progress).toContainText("step 0 of");
    const file = { name: "mine.safetensors", mimeType: "", buffer: await readFile(await download.path()) };
    await training.figure.locator("input[type=file]").setInputFiles(file);
    await expect(training.progress).toContainText(`step ${step}`);
    await expect(training.message).toContainText(`mine.safetensors: induction, trained for ${step} steps`);
    await expect(training.message).not.toHaveClass(/refusal/);
    await expect.poll(async () => (await training.data("Attention weights")).values).toEqual(weights.values);
    await training.button("step").click();
    await expect(training.progress).toContainText(`step ${step + 1}`);
  });

  test("is offered after a reload, goes on where it was, and is forgotten by a reset", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open();
    await training.train(30);
    const step = await training.step();
    const curve = await training.data("Held-out");
    await expect.poll(() => training.stored()).toEqual({ step });
    await page.reload();
    await training.drawn();
    await expect(training.kept).toContainText(`induction, 2 layers of 2 heads, step ${step}, kept a moment ago`);
    await expect(training.progress).toContainText("example run"); // offered, not forced
    await training.button("Continue it").click();
    await expect(training.progress).toHaveText(`step ${step} of 400`);
    await expect(training.kept).toBeHidden();
    expect((await training.data("Held-out")).values.slice(0, curve.values.length)).toEqual(curve.values);
    await training.train(step + 5);
    await training.button("reset").click();
    await expect(training.progress).toContainText("step 0 of");
    // What is offered is hidden until the storage has been read, so that is asked.
    await expect.poll(() => training.stored()).toBeUndefined();
    await page.reload();
    await training.drawn();
    await expect(training.kept).toBeHidden();
    expect(await training.stored()).toBeUndefined();
  });
});

test.describe("training waits", () => {
  test("while its tab is hidden, and says so", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open(slow);
    await training.button("Play").click();
    await expect.poll(() => training.step(), { timeout: 30_000 }).toBeGreaterThan(0);
    const setHidden = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "hidden", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, hidden);
    await setHidden(true);
    await expect(training.progress).toContainText("waits while hidden");
    // The steps that were under way are told first, perhaps as the first of these answers.
    for (const example of [1, 2]) await training.answered({ example });
    const step = await training.step();
    for (const example of [3, 1, 2]) await training.answered({ example });
    expect(await training.step()).toBe(step);
    await setHidden(false);
    await expect(training.message).toContainText("Training waited while this tab was hidden.");
    await expect.poll(() => training.step()).toBeGreaterThan(step);
  });

  test("while the figure is far from what is seen", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open(slow);
    await training.button("Play").click();
    await expect.poll(() => training.step(), { timeout: 30_000 }).toBeGreaterThan(0);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await expect(training.progress).toContainText("waits while out of view");
    await page.locator("#heads-that-learn").scrollIntoViewIfNeeded();
    await expect(training.progress).toContainText("steps/s");
  });
});

test.describe("what goes wrong is said", () => {
  test("a loss that runs away stops training and goes back; with a lower rate it goes on", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open(small.replace("0.01", "10"));
    await training.button("Play").click();
    await expect(training.message).toContainText(/diverged after \d+ steps/, { timeout: 60_000 });
    await expect(training.button("Play")).toBeVisible();
    await expect(training.figure).not.toContainText("NaN");
    const back = await training.step();
    const rate = training.figure.getByRole("spinbutton", { name: "learning rate" });
    await rate.fill("0.01");
    await rate.press("Enter");
    await training.train(back + 30);
    await expect(training.message).not.toContainText("diverged");
    expect((await training.data("Held-out")).values.every(Number.isFinite)).toBe(true);
  });

  test("a configuration that cannot be is refused with the values that clash, and the run that was stays", async ({
    page,
  }) => {
    const training = new TrainingPage(page);
    await training.open();
    const heads = training.figure.getByRole("spinbutton", { name: "heads" });
    await heads.fill("3");
    await heads.press("Enter");
    await expect(training.message).toContainText("dmodel 32 is not divisible by 3 heads");
    await heads.fill("2");
    await heads.press("Enter");
    await expect(training.message).toContainText("nothing has been learnt yet");
    await training.train(1);
  });

  test("a file that is no model is refused with the reason", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open();
    const open = (bytes: number[]) =>
      training.figure
        .locator("input[type=file]")
        .setInputFiles({ name: "odd.safetensors", mimeType: "", buffer: Buffer.from(bytes) });
    await open([1, 2, 3]);
    await expect(training.message).toContainText("odd.safetensors cannot be opened");
    await open([255, 255, 255, 255, 0, 0, 0, 0, 123]);
    await expect(training.message).toContainText("odd.safetensors cannot be opened");
    await training.train(1);
  });
});

test("by keys alone: space plays and pauses, arrows scrub", async ({ page }) => {
  const training = new TrainingPage(page);
  await training.open(slow);
  await training.button("Play").focus();
  await page.keyboard.press("Space");
  // There is a checkpoint besides the first.
  await expect.poll(() => training.step(), { timeout: 60_000 }).toBeGreaterThan(10);
  await page.keyboard.press("Space");
  await expect(training.button("Play")).toBeFocused();
  await page.keyboard.press("ArrowLeft");
  await expect(training.progress).toContainText(", of");
  await training.timeline.focus();
  await page.keyboard.press("Space");
  await expect(training.button("Pause")).toBeVisible();
});

test("where no worker may be started, the page's own thread trains", async ({ page }) => {
  await page.addInitScript(() => {
    globalThis.Worker = class {
      constructor() {
        throw new DOMException("forbidden by policy", "SecurityError");
      }
    } as unknown as typeof Worker;
  });
  const training = new TrainingPage(page);
  await training.open();
  await training.train(30);
  expect(page.workers()).toEqual([]);
  const losses = (await training.data("Held-out")).values;
  expect(losses.at(-2)).toBeLessThan(losses[0] ?? 0);
});

test("what was trained can be taken away as a picture and as numbers", async ({ page }) => {
  const training = new TrainingPage(page);
  await training.open();
  await training.train(20);
  await training.button("save").click();
  const taken = async (what: string) => {
    const [download] = await Promise.all([page.waitForEvent("download"), training.button(what).click()]);
    return (await readFile(await download.path())).toString();
  };
  const rows = (await taken("Save the numbers as CSV")).split("\n");
  const losses = rows.filter((row) => /^(0|10|20),loss,/.test(row)).map((row) => Number(row.split(",")[2]));
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0] ?? 0);
  const svg = await taken("Save as SVG");
  for (const text of ["Heads that learn", "width 32", "guessing: 3.47"]) expect(svg).toContain(text);
  // Which head is shown at first depends on how far training came.
  expect(svg).toMatch(/Layer 2, head [12]/);
});

for (const [width, colorScheme] of [
  [1200, "light"],
  [320, "dark"],
] as const)
  test.describe(`${width} pixels wide, ${colorScheme}`, () => {
    test.use({ viewport: { width, height: 900 }, colorScheme });

    const tag = width === 320 ? layout : [];
    test("axe finds nothing, and nothing sticks out", { tag }, async ({ page }) => {
      const training = new TrainingPage(page);
      await training.open();
      await training.train(20);
      expect(await violationsIn(training.figure)).toEqual([]);
      await expectInside(training.figure);
    });
  });

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("one plays, reads a head, switches it off and scrubs; targets are 44 px", async ({ page }) => {
    const training = new TrainingPage(page);
    await training.open(slow);
    await training.button("Play").tap();
    await expect.poll(() => training.step(), { timeout: 30_000 }).toBeGreaterThan(0);
    // Stays in sight.
    await training.chart.locator(".panel").last().scrollIntoViewIfNeeded();
    await training.button("Pause").tap();
    await training.figure.getByRole("button", { name: "Show head 1.2" }).tap();
    await expect(training.figure.locator(".large .title")).toHaveText("Layer 1, head 2");
    await training.figure.getByRole("switch", { name: "Head 1.2" }).tap();
    await expect(training.figure.locator(".large .title")).toHaveText("Layer 1, head 2, switched off");
    const panel = await training.chart.locator(".panel.accuracy").boundingBox();
    if (!panel) throw new Error("no chart");
    await training.chart.scrollIntoViewIfNeeded();
    await training.chart.tap({ position: { x: 46, y: 200 } });
    await expect(training.progress).toContainText("step 0, of");
    const targets = await training.figure.locator(".transport button, .power, .small-map, .kept button").all();
    expect(targets.length).toBeGreaterThanOrEqual(10);
    for (const target of targets) {
      const box = await target.boundingBox();
      if (!box) continue; // not shown
      expect(box.width, await target.innerText()).toBeGreaterThanOrEqual(44);
      expect(box.height, await target.innerText()).toBeGreaterThanOrEqual(44);
    }
  });
});
