import { expect, type Locator, type Page } from "@playwright/test";
import { contentWidth } from "./figure-page";

/**
 * Text that a reader of a narrow page can hardly read, as “text” with its place: what ends less than `margin` from the page's
 * right edge, in figures too, unless it stands in a box that scrolls sideways and is itself within the page.
 */
export const textBeyond = (page: Page, margin: number): Promise<string[]> => beyond(page.locator("body"), margin);

/** The same of what passes a figure's own right edge: boxes lie between pixels. */
export const textBeyondFigure = (figure: Locator): Promise<string[]> => beyond(figure, -0.5);

/** The page scrolls nowhere sideways, and no text passes the figure's right edge. */
export async function expectInside(figure: Locator): Promise<void> {
  const page = figure.page();
  // What is drawn before the figure knows its width is drawn anew in the next frame.
  const softly = expect.configure({ soft: true });
  await softly.poll(() => contentWidth(page)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
  await softly.poll(() => textBeyondFigure(figure)).toEqual([]);
}

const beyond = (root: Locator, margin: number): Promise<string[]> =>
  root.evaluate((element, least) => {
    const edge =
      element === document.body ? document.documentElement.clientWidth : element.getBoundingClientRect().right;
    const limit = edge - least;
    const found: string[] = [];
    const readText = (text: Text) => {
      const parent = text.parentElement;
      if (!text.data.trim() || !parent?.checkVisibility({ visibilityProperty: true })) return;
      const range = document.createRange();
      range.selectNodeContents(text);
      const right = Math.max(0, ...[...range.getClientRects()].map((box) => box.right));
      if (right > limit)
        found.push(`“${text.data.trim().slice(0, 40)}” in ${parent.localName} ends at ${right.toFixed(1)}`);
    };
    const visit = (node: Node) => {
      if (node instanceof Text) readText(node);
      if (node instanceof Element) {
        const style = getComputedStyle(node);
        // Only heard: read out by screen readers.
        if (node.classList.contains("visually-hidden")) return;
        const isScroller = style.overflowX === "auto" || style.overflowX === "scroll";
        if (isScroller && node.getBoundingClientRect().right <= limit) return;
      }
      for (const child of (node as Partial<Element>).shadowRoot?.childNodes ?? []) visit(child);
      for (const child of node.childNodes) visit(child);
    };
    visit(element);
    return found;
  }, margin);
