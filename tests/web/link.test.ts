import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  exactLink,
  followFragment,
  type Linked,
  linkTo,
  readsQuery,
  restoreFromFragment,
} from "../../web/src/figure/link";
import { pack } from "../../web/src/model/packed";

/** What link.ts needs of a figure. */
class FakeFigure extends EventTarget {
  readonly searches: string[] = [];
  isConnected = true;
  constructor(readonly id: string) {
    super();
  }
  hasAttribute = (name: string) => name === "address";
  search = "";
  hasOwnData = false;
  toSearch = () => this.search;
  fromSearch = (search: string) => this.searches.push(search);
}

const figureOf = (id = "one") => {
  const figure = new FakeFigure(id);
  return { figure, linked: figure as unknown as Linked & HTMLElement };
};

/** Listeners for changes of the fragment that are there now. */
const listeners = new Set<() => void>();
const place = { hash: "", search: "" };

beforeEach(() => {
  listeners.clear();
  place.hash = "";
  vi.stubGlobal("location", place);
  vi.stubGlobal("document", { getElementById: () => null, baseURI: "https://a.example/page?other=1#two" });
  vi.stubGlobal(
    "addEventListener",
    (_type: string, listener: () => void, { signal }: { signal?: AbortSignal } = {}) => {
      if (signal?.aborted) return;
      listeners.add(listener);
      signal?.addEventListener("abort", () => listeners.delete(listener));
    },
  );
  vi.stubGlobal("removeEventListener", (_type: string, listener: () => void) => listeners.delete(listener));
});
afterEach(() => vi.unstubAllGlobals());

describe("a packed state in the fragment", () => {
  it("is given to the figure that it is for", async () => {
    const { figure, linked } = figureOf();
    place.hash = `#one~${await pack("heads=2")}`;
    await restoreFromFragment(linked);
    expect(figure.searches).toEqual(["?heads=2"]);
    await restoreFromFragment(figureOf("two").linked);
    expect(figure.searches.length).toBe(1);
  });

  it.each([
    ["packed too", async () => `#one~${await pack("heads=3")}`, ["?heads=3"]],
    ["plain", async () => "#one~heads=3", ["?heads=3"]],
    ["of another figure", async () => "#two~heads=3", []],
  ])("does not take the place of a newer one: %s", async (_, newer, searches) => {
    const { figure, linked } = figureOf();
    place.hash = `#one~${await pack(`heads=2&text=${"a long text ".repeat(10_000)}`)}`;
    const older = restoreFromFragment(linked);
    place.hash = await newer();
    await Promise.all([restoreFromFragment(linked), older]);
    expect(figure.searches).toEqual(searches);
  });

  it.each(["heed-input", "heed-change"])(
    "does not undo what the reader does while it is unpacked: %s",
    async (type) => {
      const { figure, linked } = figureOf();
      place.hash = `#one~${await pack("heads=2")}`;
      const restoring = restoreFromFragment(linked);
      figure.dispatchEvent(new Event(type));
      await restoring;
      expect(figure.searches).toEqual([]);
    },
  );
});

describe("a figure that follows the fragment", () => {
  it("is restored when the fragment changes, until it is taken away", async () => {
    const { figure, linked } = figureOf();
    const end = followFragment(linked);
    await Promise.resolve();
    expect(listeners.size).toBe(1);
    place.hash = "#one~heads=2";
    for (const listener of listeners) listener();
    expect(figure.searches).toEqual(["?heads=2"]);
    end();
    expect(listeners.size).toBe(0);
  });

  it("has one listener however often it is put elsewhere in one turn, and none once it is taken away", async () => {
    const { linked } = figureOf();
    let end = followFragment(linked);
    for (let i = 0; i < 3; i++) {
      end();
      end = followFragment(linked);
    }
    await Promise.resolve();
    expect(listeners.size).toBe(1);
    end();
    expect(listeners.size).toBe(0);
    followFragment(linked)();
    await Promise.resolve();
    expect(listeners.size).toBe(0);
  });
});

describe("a link", () => {
  it("has settings in the query of a page that reads it, and a reader's own data behind the #", async () => {
    const { figure, linked } = figureOf();
    readsQuery(linked);
    figure.search = "?text=a+diary";
    expect(linkTo(linked)).toBe("https://a.example/page?text=a+diary#one");
    expect(await exactLink(linked)).toBe(linkTo(linked));
    figure.hasOwnData = true;
    expect(linkTo(linked)).toBe("https://a.example/page#one~text=a+diary");
    expect(await exactLink(linked)).toBe(linkTo(linked));
    figure.search = `?text=${"a+diary".repeat(400)}`;
    expect(linkTo(linked)).toBe("https://a.example/page#one");
    expect(await exactLink(linked)).toMatch(/^https:\/\/a\.example\/page#one~[\w-]+$/);
  });

  it("keeps the query of somebody else's page, and has all of the state behind the #", async () => {
    const { figure, linked } = figureOf();
    figure.search = "?text=a+diary";
    const end = followFragment(linked);
    await Promise.resolve();
    for (const own of [false, true]) {
      figure.hasOwnData = own;
      expect(linkTo(linked)).toBe("https://a.example/page?other=1#one~text=a+diary");
    }
    end();
  });

  it("has nothing of a figure that is not restored", () => {
    const { figure, linked } = figureOf();
    figure.search = "?text=a+diary";
    for (const own of [false, true]) {
      figure.hasOwnData = own;
      expect(linkTo(linked)).toBe("https://a.example/page#one");
    }
  });
});
