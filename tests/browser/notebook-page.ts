/** The notebook figure as a reader meets it: what tests point at and read. */
import { expect, type Locator, type Page } from "@playwright/test";

export class NotebookPage {
  readonly figure: Locator;
  readonly reading: Locator;
  readonly message: Locator;

  constructor(readonly page: Page) {
    this.figure = page.locator("heed-notebook");
    this.reading = this.figure.locator(".reading");
    this.message = this.figure.locator(".message");
  }

  async open(search = ""): Promise<void> {
    await this.visit(search);
    await this.settled();
  }

  /** The article with no other figure in it, so that what is asked, drawn and fetched is this one's. */
  async visit(search = ""): Promise<void> {
    await onlyFigure(this.page, "heed-notebook");
    await this.page.goto(`/${search}`);
    await this.figure.evaluate((figure) => figure.scrollIntoView());
  }

  /** Every map computed and drawn. */
  async settled(): Promise<void> {
    await expect(this.figure.locator(".statistics tbody tr").last().locator("td").last()).not.toBeEmpty();
    await expect(this.figure).not.toHaveAttribute("aria-busy");
  }

  setting(name: string): Locator {
    return this.figure.getByRole("spinbutton", { name });
  }

  /** The square of map 0 (the single head) or head n. */
  map(index: number): Locator {
    return this.figure.locator(".cells").nth(index);
  }

  /** A point in the middle of a cell, for hover and click. */
  async at(map: number, query: number, key: number, tokens = 8): Promise<{ position: { x: number; y: number } }> {
    const box = await this.map(map).boundingBox();
    if (!box) throw new Error(`map ${map} is not on the page`);
    return { position: { x: ((key + 0.5) * box.width) / tokens, y: ((query + 0.5) * box.height) / tokens } };
  }

  /** The cell that a map boxes, "query,key", measured from the drawn frame. */
  async boxed(map: number, tokens = 8): Promise<string | null> {
    return this.map(map).evaluate((cells, count) => {
      const frame = cells.querySelector(".box rect");
      if (!frame) return null;
      const number = (name: string) => Number(frame.getAttribute(name));
      const centre = (start: string, size: string, whole: number) =>
        Math.floor(((number(start) + number(size) / 2) / whole) * count);
      return `${centre("y", "height", cells.clientHeight)},${centre("x", "width", cells.clientWidth)}`;
    }, tokens);
  }

  async weights(): Promise<string[][]> {
    return this.figure
      .locator(".weights tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")));
  }
}

/** Leaves out of the article every figure but those of one kind. */
export async function onlyFigure(page: Page, tag: string): Promise<void> {
  const others = new RegExp(`<(heed-(?!${tag.replace("heed-", "")}\\b)[a-z-]+)[^]*?</\\1>`, "g");
  await page.route(
    ({ pathname }) => pathname === "/",
    async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(others, "") });
    },
  );
}

/** Errors that a page must not raise, gathered from now on. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  return errors;
}
