// What is asked for while something is computed: the newest takes the place of what waits, and what runs has some time to be shown.
import { expect, type Locator, type Page, test } from "@playwright/test";
import { openFigure } from "./figure-page";
import { answersHeld, canHoldAnswers, holdAnswers, releaseAnswers } from "./held-answers";

declare global {
  var told: { asked: number[]; shown: number[] };
}

interface Masks extends HTMLElement {
  state: { seed: number };
}

/** A page with so many workers, that tells the seeds that its workers are asked for, and those that are shown. */
async function openMasks(page: Page, workers: number): Promise<Locator> {
  await canHoldAnswers(page);
  await page.addInitScript((count) => {
    globalThis.told = { asked: [], shown: [] };
    Object.defineProperty(navigator, "hardwareConcurrency", { value: count });
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (...given: unknown[]) {
      const [message] = given as [{ name?: string; request?: { seed?: number } }];
      if (message.name === "maskedHead") globalThis.told.asked.push(message.request?.seed ?? -1);
      Reflect.apply(postMessage, this, given);
    };
  }, workers);
  const figure = await openFigure(page, "heed-masks");
  await expect(figure.and(page.locator(":not([aria-busy])"))).toBeVisible();
  await figure.evaluate((masks: Masks) => {
    globalThis.told = { asked: [], shown: [] };
    masks.addEventListener("heed-result", () => globalThis.told.shown.push(masks.state.seed));
  });
  return figure;
}

const set = (figure: Locator, seed: number) =>
  figure.evaluate((masks: Masks, value) => {
    masks.state = { ...masks.state, seed: value };
  }, seed);

const seedsOf = (page: Page) => page.evaluate(() => globalThis.told);

test("of what waits for a worker only the newest is computed", async ({ page }) => {
  const figure = await openMasks(page, 1);
  // Another figure has the only worker.
  await figure.evaluate(async (masks) => {
    const other = document.createElement("heed-masks");
    masks.after(other);
    await new Promise((drawn) => other.addEventListener("heed-result", drawn, { once: true }));
    other.id = "other";
    globalThis.told.asked = [];
  });
  await holdAnswers(page);
  await set(page.locator("#other"), 3);
  await expect.poll(() => answersHeld(page)).toBe(1);
  for (const seed of [5, 6, 7, 8]) await set(page.locator("heed-masks:not(#other)"), seed);
  await releaseAnswers(page);
  await expect.poll(async () => (await seedsOf(page)).shown).toEqual([8]);
  expect((await seedsOf(page)).asked).toEqual([3, 8]);
});

test("what runs is shown before the newest where it is short, and is not waited for where it is long", async ({
  page,
}) => {
  const figure = await openMasks(page, 2);
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await holdAnswers(page);
  for (const seed of [5, 6, 7]) await set(figure, seed);
  await expect.poll(() => answersHeld(page)).toBe(1);
  await releaseAnswers(page);
  await expect.poll(async () => (await seedsOf(page)).shown).toHaveLength(2);
  expect((await seedsOf(page)).asked).toEqual([5, 7]);

  await holdAnswers(page);
  for (const seed of [8, 9]) await set(figure, seed);
  await expect.poll(() => answersHeld(page)).toBe(1);
  await page.clock.runFor(299);
  expect((await seedsOf(page)).asked).toEqual([5, 7, 8]);
  await page.clock.runFor(2);
  // The other worker has the newest, though the answer to the one before was not heard.
  await expect.poll(async () => (await seedsOf(page)).asked).toEqual([5, 7, 8, 9]);
  await expect.poll(() => answersHeld(page)).toBe(2);
  await releaseAnswers(page);
  await expect.poll(async () => (await seedsOf(page)).shown).toHaveLength(3);
});
