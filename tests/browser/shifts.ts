import { expect, type Page } from "@playwright/test";

declare global {
  var shifts: { sum: number; moved: string[] };
}

/** Sums layout shifts from the first frame of every page opened from now on. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly hadRecentInput: boolean;
      readonly sources: readonly {
        node: Element | null;
        previousRect: DOMRectReadOnly;
        currentRect: DOMRectReadOnly;
      }[];
    }
    const shifts: { sum: number; moved: string[] } = { sum: 0, moved: [] };
    globalThis.shifts = shifts;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as Shift[]) {
        if (shift.hadRecentInput) continue;
        shifts.sum += shift.value;
        for (const { node, previousRect: before, currentRect: now } of shift.sources) {
          const text = (node?.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 30);
          const from = `${before.x},${before.y} ${before.width}×${before.height}`;
          const to = `${now.x},${now.y} ${now.width}×${now.height}`;
          shifts.moved.push(`${Math.round(shift.startTime)} ms: ${node?.nodeName} “${text}” from ${from} to ${to}`);
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The sum of all shifts is at most `most`; what moved is told otherwise. */
export async function expectStill(page: Page, most = 0): Promise<void> {
  const { sum, moved } = await page.evaluate(() => globalThis.shifts);
  expect(sum, moved.join("\n")).toBeLessThanOrEqual(most);
}
