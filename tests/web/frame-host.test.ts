import { expect, test, vi } from "vitest";

vi.mock("../../web/src/figure/background", () => ({
  backgroundOf: () => ({ isDark: true, color: null }),
  watchBackground: () => () => {},
}));

const frame = (src: string) => ({
  src,
  style: {},
  addEventListener: vi.fn(),
  contentWindow: { postMessage: vi.fn() },
  isConnected: true,
});

test("a frame whose address is none keeps no other from being greeted and heard", async () => {
  const none = frame("http://[x]/embed.html?figure=heed-masks");
  const other = frame("https://heed.example/embed.html?figure=heed-masks");
  const style: { height?: string } = other.style;
  vi.stubGlobal("document", { baseURI: "https://a.example/", querySelectorAll: () => [none, other] });
  const hear = vi.fn();
  vi.stubGlobal("addEventListener", (_: string, listener: (event: unknown) => void) =>
    hear.mockImplementation(listener),
  );
  vi.stubGlobal(
    "MutationObserver",
    class {
      observe() {}
    },
  );
  await import("../../web/src/hosts/frame/frame-host");
  const hello = { heed: 1, type: "hello", theme: "dark" };
  expect(other.contentWindow.postMessage).toHaveBeenCalledWith(hello, "https://heed.example");
  expect(none.contentWindow.postMessage).not.toHaveBeenCalled();
  const data = { heed: 1, type: "height", height: 300 };
  hear({ data, source: none.contentWindow, origin: "https://heed.example" });
  hear({ data, source: other.contentWindow, origin: "https://heed.example" });
  expect(style.height).toBe("300px");
  expect(none.style).not.toHaveProperty("height");
  // Its address may come to be one.
  none.src = other.src;
  for (const [, listener] of none.addEventListener.mock.calls) listener();
  expect(none.contentWindow.postMessage).toHaveBeenCalledWith(hello, "https://heed.example");
});
