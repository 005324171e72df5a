import type { Page } from "@playwright/test";

/**
 * Text that is smaller on the screen than `least` pixels, as “text” with its size and place: SVG that is scaled counts as it is
 * drawn. Indices that are set below or above a line are as small as is usual for them.
 */
export const textSmallerThan = (page: Page, least: number): Promise<string[]> =>
  page.evaluate((size) => {
    const found = new Set<string>();
    const scaleOf = (element: Element) =>
      element instanceof SVGGraphicsElement
        ? Math.hypot(element.getScreenCTM()?.b ?? 0, element.getScreenCTM()?.a ?? 1)
        : 1;
    const nameOf = (element: Element | null): string =>
      element ? `${element.localName}.${element.getAttribute("class") ?? ""}` : "";
    const readText = (text: Text, figure: string) => {
      const parent = text.parentElement;
      if (!text.data.trim() || !parent?.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
      if (parent.closest("sub, sup, msub, msup, msubsup, tspan[dy], .visually-hidden, script, style, noscript")) return;
      const range = document.createRange();
      range.selectNodeContents(text);
      if (range.getBoundingClientRect().width === 0) return;
      const rendered = Number.parseFloat(getComputedStyle(parent).fontSize) * scaleOf(parent);
      if (rendered < size - 0.01)
        found.add(
          `${figure} ${rendered.toFixed(1)} px “${text.data.trim().slice(0, 20)}” in ${nameOf(parent.parentElement)} > ${nameOf(parent)}`,
        );
    };
    const visit = (node: Node, figure: string) => {
      if (node instanceof Text) readText(node, figure);
      const root = (node as Partial<Element>).shadowRoot;
      const name = root ? (node as Element).localName : figure;
      for (const child of root?.childNodes ?? []) visit(child, name);
      for (const child of node.childNodes) visit(child, name);
    };
    visit(document.body, "page");
    return [...found];
  }, least);
