/** The figure of training as a reader meets it. */
import { expect, type Locator, type Page } from "@playwright/test";

interface Data {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly axes: readonly { readonly size: number }[];
}

/** Small and eager: an induction head forms within some 200 steps. */
export const small = "?training-width=32&training-heads=2&training-rate=0.01";

/** So large that a run is not over before it is looked at. */
export const slow = "?training-layers=4&training-width=256";

export class TrainingPage {
  readonly figure: Locator;
  readonly message: Locator;
  readonly progress: Locator;
  readonly timeline: Locator;
  readonly chart: Locator;
  readonly kept: Locator;

  constructor(readonly page: Page) {
    this.figure = page.locator("heed-training");
    this.message = this.figure.locator(".message");
    this.progress = this.figure.locator(".progress-text");
    this.timeline = this.figure.getByRole("slider");
    this.chart = this.figure.locator(".time-chart");
    this.kept = this.figure.locator(".kept");
  }

  /** The figure at step 0 of a run of the reader's. */
  async open(search = small): Promise<void> {
    await this.page.goto(`/${search}`);
    await this.drawn();
    // Ends the example run (training-example.spec.ts).
    await this.button("reset").click();
    await expect(this.progress).toHaveText(/^step 0 of/);
  }

  /** The article's figure, which shows an example run until the reader begins one. */
  async drawn(): Promise<void> {
    await this.figure.evaluate((element) => element.scrollIntoView());
    await expect(this.figure).toHaveClass(/drawn/);
    await expect(this.figure.locator(".drawing").first()).toBeVisible();
  }

  button(name: string | RegExp): Locator {
    return this.figure.getByRole("button", { name, exact: typeof name === "string" });
  }

  async step(): Promise<number> {
    return Number(/step (\d+)/.exec((await this.progress.textContent()) ?? "")?.[1]);
  }

  /**
   * Plays until so many steps are taken, and pauses, which the page itself does as soon as it shows the step: a test that is held up might
   * find the run at its end. Where it is, as trainers may be fast, there is nothing to be paused.
   */
  async train(steps: number): Promise<void> {
    const pause = await this.button("Play").elementHandle();
    const progress = await this.progress.elementHandle();
    const taken = this.page.evaluate(
      ([button, text, least]) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (Number(/^step (\d+)/.exec(text?.textContent ?? "")?.[1]) < least) return;
            changes.disconnect();
            if (button?.textContent === "Pause") (button as HTMLElement).click();
            resolve();
          };
          const changes = new MutationObserver(look);
          if (text) changes.observe(text, { childList: true, characterData: true, subtree: true });
        }),
      [pause, progress, steps] as const,
    );
    await this.button("Play").click();
    await taken;
    await expect(this.button("Play")).toBeVisible();
    await this.answered();
  }

  /** The run that the page keeps from one visit to the next, as its storage has it. */
  async stored(): Promise<{ step: number } | undefined> {
    return this.page.evaluate(async () => {
      const result = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await result(indexedDB.open("heed-training", 1));
      const run: { step: number } | undefined = await result(
        database.transaction("runs").objectStore("runs").get("last"),
      );
      database.close();
      return run && { step: run.step };
    });
  }

  /** The worker answers in order: what it had trained until now has been told after this. */
  async answered(change: object = {}): Promise<void> {
    await this.figure.evaluate(async (figure, changed) => {
      const answer = new Promise((resolve) => figure.addEventListener("heed-result", resolve, { once: true }));
      const element = figure as HTMLElement & { state: object };
      element.state = { ...element.state, ...changed };
      await answer;
    }, change);
  }

  /** The numbers whose name begins with `name`. */
  async data(name: string): Promise<{ name: string; values: number[]; sizes: number[] }> {
    return this.figure.evaluate((figure, start) => {
      const all = (figure as unknown as { data(): readonly Data[] }).data();
      const found = all.find((each) => each.name.startsWith(start));
      if (!found) throw new Error(`no data named ${start}`);
      return { name: found.name, values: Array.from(found.values), sizes: found.axes.map(({ size }) => size) };
    }, name);
  }

  /** A score of every head at the newest checkpoint. */
  async newest(score: string): Promise<number[]> {
    const { values, sizes } = await this.data(`Heads over training: ${score}`);
    return values.slice(-(sizes[1] ?? 0));
  }
}
