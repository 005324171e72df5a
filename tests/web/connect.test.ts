/** A figure's style sheets while it is on a page. */
import { expect, test, vi } from "vitest";

const page = vi.hoisted(() => ({ isDark: false, changed: () => {} }));
vi.mock("../../web/src/compute/client", () => ({ keepEngine: () => () => {} }));
vi.mock("../../web/src/figure/link", () => ({ followFragment: () => () => {} }));
vi.mock("../../web/src/charts/color/palette", () => ({ readPalette: () => ({}) }));
vi.mock("../../web/src/figure/background", () => ({
  backgroundOf: () => ({ isDark: page.isDark, color: null }),
  watchBackground: (_: unknown, changed: () => void) => {
    page.changed = changed;
    return () => {};
  },
}));
class Sheet {
  replaceSync() {}
}
vi.stubGlobal("CSSStyleSheet", Sheet);
vi.stubGlobal("getComputedStyle", () => ({}));
vi.stubGlobal("matchMedia", () => new EventTarget());

test("sheets that parts bring later stay when the theme turns and when the figure is put elsewhere", async () => {
  const { connectFigure } = await import("../../web/src/figure/connect");
  const [base, later] = [new Sheet(), new Sheet()];
  const shadowRoot = { adoptedStyleSheets: [base] };
  const figure = { localName: "heed-attention", shadowRoot } as unknown as HTMLElement;
  const turn = (isDark: boolean) => {
    page.isDark = isDark;
    page.changed();
  };
  const others = () => shadowRoot.adoptedStyleSheets.filter((sheet) => sheet !== base && sheet !== later);
  const disconnect = connectFigure(figure, () => {});
  expect(others()).toHaveLength(1);
  shadowRoot.adoptedStyleSheets.push(later);
  turn(true);
  expect(others()).toHaveLength(2);
  expect(shadowRoot.adoptedStyleSheets).toContain(later);
  turn(false);
  expect(others()).toHaveLength(1);
  disconnect();
  expect(shadowRoot.adoptedStyleSheets).toEqual([base, later]);
  connectFigure(figure, () => {});
  expect(shadowRoot.adoptedStyleSheets.slice(0, 2)).toEqual([base, later]);
  expect(others()).toHaveLength(1);
});
