/** What a page holds on to, counted by the browser's own debugger after a garbage collection. */
import type { CDPSession, Page } from "@playwright/test";

/** Kinds of objects that figures make, and must let go of. */
const kinds = ["ResizeObserver", "MutationObserver", "IntersectionObserver", "MediaQueryList", "Worker", "MessagePort"];

/** Counts object URLs of every page that is opened from now on. */
export async function countObjectUrls(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const urls = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (object) => {
      const url = createObjectURL(object);
      urls.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      urls.delete(url);
      revokeObjectURL(url);
    };
    Object.assign(globalThis, { objectUrls: urls });
  });
}

/** By name: objects of each kind, elements of `tag`, listeners of the window and the document, object URLs, running workers. */
export async function whatIsLeft(page: Page, session: CDPSession, tag: string): Promise<Record<string, number>> {
  const left: Record<string, number> = {};
  // queryObjects collects garbage too, but takes whatever lies on the stack for a reference. This runs in a turn of its own.
  await session.send("HeapProfiler.collectGarbage");
  const prototypes = [
    ...kinds.map((kind) => [kind, `${kind}.prototype`] as const),
    [`<${tag}>`, `customElements.get(${JSON.stringify(tag)}).prototype`] as const,
  ];
  for (const [name, expression] of prototypes) {
    const { result } = await session.send("Runtime.evaluate", { expression, objectGroup: "left" });
    const { objects } = await session.send("Runtime.queryObjects", {
      prototypeObjectId: result.objectId ?? "",
      objectGroup: "left",
    });
    const { result: length } = await session.send("Runtime.callFunctionOn", {
      objectId: objects.objectId ?? "",
      functionDeclaration: "function () { return this.length; }",
    });
    left[name] = length.value;
  }
  for (const target of ["window", "document"]) {
    const { result } = await session.send("Runtime.evaluate", { expression: target, objectGroup: "left" });
    const { listeners } = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
    left[`listeners of the ${target}`] = listeners.length;
  }
  // What is held here would be found the next time.
  await session.send("Runtime.releaseObjectGroup", { objectGroup: "left" });
  left["object URLs"] = await page.evaluate(
    () => (globalThis as unknown as { objectUrls: Set<string> }).objectUrls.size,
  );
  left["running workers"] = page.workers().length;
  return left;
}
