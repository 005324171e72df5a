import { expect, test, vi } from "vitest";
import type { Palette } from "../../web/src/charts/color/palette";
import { AttentionGrid } from "../../web/src/figure/maps/attention-grid";

/** As much of an element as the grid uses. */
class FakeElement {
  children: (FakeElement | string)[] = [];
  readonly style = { setProperty: vi.fn() };
  hidden = false;
  private parent: FakeElement | undefined;

  setAttribute() {}
  addEventListener() {}

  append(...children: (FakeElement | string)[]) {
    for (const child of children) if (typeof child !== "string") child.parent = this;
    this.children.push(...children);
  }

  replaceChildren(...children: (FakeElement | string)[]) {
    this.children = [];
    this.append(...children);
  }

  before(other: FakeElement) {
    other.parent = this.parent;
    const all = this.parent?.children ?? [];
    all.splice(all.indexOf(this), 0, other);
  }

  get text(): string {
    return this.children.map((child) => (typeof child === "string" ? child : child.text)).join("");
  }
}
vi.stubGlobal("document", { createElement: () => new FakeElement() });

test("names of layers and heads are those of the maps, though others were as many", () => {
  const grid = new AttentionGrid(() => {});
  const element = grid.element as unknown as FakeElement;
  const show = (layers: number, heads: number) => {
    grid.show({ layers, heads, maps: Array(layers * heads).fill(undefined) }, {} as Palette, "linear");
    return element.children.map((child) => (child as FakeElement).text).filter(Boolean);
  };
  expect(show(2, 3)).toEqual(["head 1", "2", "3", "layer 1", "2"]);
  expect(show(3, 2)).toEqual(["head 1", "2", "layer 1", "2", "3"]);
  expect(show(1, 6)).toEqual([]);
  expect(element.children).toHaveLength(6);
});
