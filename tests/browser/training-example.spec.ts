/** The run that the article's figure shows by itself until a reader begins one. */
import { expect, test } from "@playwright/test";
import { violationsIn } from "./figure-page";
import { slow, small, TrainingPage } from "./training-page";

test.describe.configure({ timeout: 120_000 });

const note = "An example run. Press play to train your own.";
const step = /^example run: step \d+ of 400/;
const complete = /^example run: step 400 of 400$/;

test("is trained to its end, and leaves the address, the focus, screen readers and the browser's storage alone", async ({
  page,
}) => {
  const training = new TrainingPage(page);
  await page.goto(`/${small}`);
  const before = await page.evaluate(() => ({ address: location.href, steps: history.length }));
  await training.drawn();
  await expect(training.message).toHaveText(note);
  await training.figure.evaluate((figure) => {
    const changes: string[] = [];
    Object.assign(globalThis, { changes });
    for (const live of figure.shadowRoot?.querySelectorAll("[role=status], [aria-live]") ?? [])
      new MutationObserver(() => changes.push(live.textContent ?? "")).observe(live, {
        ...{ childList: true, characterData: true, subtree: true },
      });
  });
  await expect(training.progress).toHaveText(complete, { timeout: 90_000 });
  await expect.poll(async () => (await training.data("Held-out")).values.length).toBeGreaterThan(2 * 40);
  expect(Math.max(...(await training.newest("induction")))).toBeGreaterThan(0.9);
  await expect(training.message).toHaveText(note);
  expect(await page.evaluate(() => (globalThis as unknown as { changes: string[] }).changes)).toEqual([]);
  expect(await page.evaluate(() => ({ address: location.href, steps: history.length }))).toEqual(before);
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe("body");
  expect(await violationsIn(training.figure)).toEqual([]);
  expect(await training.stored()).toBeUndefined();
  await page.reload();
  await training.drawn();
  await expect(training.progress).toHaveText(step);
  await expect(training.kept).toBeHidden();
});

test("gives way to the reader's own, from step 0", async ({ page }) => {
  const training = new TrainingPage(page);
  await page.goto(`/${small}`);
  await training.drawn();
  await expect(training.progress).toHaveText(complete, { timeout: 90_000 });
  await training.train(1);
  await expect(training.progress).toHaveText(/^step \d+ of 400/);
  await expect(training.message).not.toHaveText(note);
  expect(await training.step()).toBeLessThan(400);
  // It is not compared with the same.
  await expect(training.chart.locator(".panel.loss .labels")).not.toContainText("before");
  await training.button("step").click();
  await training.button("reset").click();
  await expect(training.progress).toHaveText("step 0 of 400");
});

test("is paused, goes on, and is shown again by a button", async ({ page }) => {
  const training = new TrainingPage(page);
  await page.goto(`/${small}`);
  await training.drawn();
  await training.button("pause example").click();
  await expect(training.button("continue example")).toBeVisible();
  await training.answered();
  const paused = await training.step();
  for (let i = 1; i <= 3; i++) await training.answered({ example: i });
  expect(await training.step()).toBe(paused);
  await training.button("continue example").click();
  await expect(training.button("repeat example")).toBeVisible({ timeout: 90_000 });
  await expect(training.progress).toHaveText(complete);
  await training.button("repeat example").click();
  await expect(training.button("pause example")).toBeVisible();
});

test("is what a reader's run with other settings is compared with", async ({ page }) => {
  const training = new TrainingPage(page);
  await page.goto(`/${small}`);
  await training.drawn();
  await expect(training.progress).toHaveText(complete, { timeout: 90_000 });
  const layers = training.figure.getByRole("spinbutton", { name: "layers" });
  await layers.fill("1");
  await layers.press("Enter");
  await expect(training.progress).toHaveText("step 0 of 400");
  await expect(training.button("Play")).toBeVisible();
  await expect(training.chart.locator(".panel.loss .labels")).toContainText("2 layers");
});

test("waits until the figure is in view, and whenever it is not", async ({ page }) => {
  const training = new TrainingPage(page);
  await page.goto(`/${slow}`);
  await training.drawn();
  await expect(training.progress).toContainText("steps/s");
  // Near enough for a reader's own run to go on.
  await page.evaluate(() => scrollBy(0, -0.9 * innerHeight));
  await expect(training.progress).not.toContainText("steps/s");
  await training.answered();
  const waiting = await training.step();
  for (let i = 1; i <= 3; i++) await training.answered({ example: i });
  expect(await training.step()).toBe(waiting);
  await training.drawn();
  await expect(training.progress).toContainText("steps/s");
});

test.describe("where motion is not wanted", () => {
  test("is shown once it is complete, and not on the way", async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const training = new TrainingPage(page);
    // From the moment that the figure comes, which is when it is near.
    await page.addInitScript(() => {
      const steps = new Set<string>();
      Object.assign(globalThis, { steps });
      const { attachShadow } = Element.prototype;
      Element.prototype.attachShadow = function (options) {
        const root = attachShadow.call(this, options);
        const note = () => steps.add(root.querySelector(".progress-text")?.textContent ?? "");
        if (this.localName === "heed-training")
          new MutationObserver(note).observe(root, { childList: true, characterData: true, subtree: true });
        return root;
      };
    });
    await page.goto(`/${small}`);
    await training.drawn();
    await expect(training.progress).toHaveText(complete, { timeout: 90_000 });
    const steps = await page.evaluate(() => [...(globalThis as unknown as { steps: Set<string> }).steps]);
    expect(steps.filter((text) => complete.test(text))).toHaveLength(1);
    expect(steps.filter((text) => /step \d/.test(text) && !/step (0|400) of/.test(text))).toEqual([]);
  });
});
