/** A page of somebody else's with figures on it. */
import { test as base, expect, type Page } from "@playwright/test";
import { figuresOnPage } from "./figures-on-page.mjs";

export class HostPage {
  readonly requests: string[] = [];
  readonly problems: string[] = [];

  constructor(readonly page: Page) {
    page.on("request", (request) => {
      if (!request.url().startsWith("blob:")) this.requests.push(request.url());
    });
    page.on("pageerror", (error) => this.problems.push(error.message));
  }

  async open(name: string): Promise<void> {
    await this.page.goto(name);
  }

  /** Every figure is there and shows its map. */
  async drawn(count: number): Promise<void> {
    await expect
      .poll(() => this.page.evaluate(figuresOnPage), { timeout: 15_000 })
      .toMatchObject({ count, drawn: count });
    expect(this.problems).toEqual([]);
  }

  figure(tag = "heed-notebook") {
    return this.page.locator(tag);
  }
}

export const test = base.extend<{ host: HostPage }>({
  host: async ({ page }, use) => {
    await use(new HostPage(page));
  },
});
export { expect };
