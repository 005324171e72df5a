import type { Locator, Page } from "@playwright/test";

declare global {
  var answers: { held: (() => void)[] | null };
  /** Of each change of the figure that is watched. */
  var wasBusy: boolean[];
}

/** From now on, what workers answer can be held back, so that a test can act between a request and its answer. */
export async function canHoldAnswers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.answers = { held: null };
    const { addEventListener } = Worker.prototype;
    Worker.prototype.addEventListener = function (type: string, listener: EventListener, options?: unknown) {
      const later: EventListener = (event) => {
        const hear = () => listener.call(this, event);
        // That a worker has started is no answer: were it counted as one, how many wait would depend on when it starts.
        const { data } = event as MessageEvent<object>;
        if (globalThis.answers.held && !("started" in data)) globalThis.answers.held.push(hear);
        else hear();
      };
      Reflect.apply(addEventListener, this, [type, type === "message" ? later : listener, options]);
    };
  });
}

export const holdAnswers = (page: Page) =>
  page.evaluate(() => {
    globalThis.answers.held = [];
  });

/** How many answers wait: a request has been answered where there is one. */
export const answersHeld = (page: Page) => page.evaluate(() => globalThis.answers.held?.length ?? 0);

/** Lets those through that wait, in their order, and has the page act on them; further ones are held. */
export const passAnswers = (page: Page) =>
  page.evaluate(async () => {
    const held = globalThis.answers.held?.splice(0) ?? [];
    for (const hear of held) hear();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  });

/** Lets all answers through, from now on too. */
export const releaseAnswers = (page: Page) =>
  page.evaluate(() => {
    const { held } = globalThis.answers;
    globalThis.answers.held = null;
    for (const hear of held ?? []) hear();
  });

/** From now on, notes of every change whether the figure is busy as soon as the act that made the change has ended. */
export const watchBusy = (figure: Locator) =>
  figure.evaluate((element) => {
    globalThis.wasBusy = [];
    const note = () => globalThis.wasBusy.push(element.getAttribute("aria-busy") === "true");
    // What is asked for in one turn is begun in a microtask after it.
    const listen = () => queueMicrotask(() => queueMicrotask(note));
    for (const change of ["heed-input", "heed-change"]) element.addEventListener(change, listen);
  });

export const busyAfterChanges = (page: Page) => page.evaluate(() => globalThis.wasBusy);
