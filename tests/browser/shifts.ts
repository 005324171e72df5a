import type { Page } from "@playwright/test";

declare global {
  var shifts: number;
}

/** Sums layout shifts from the first frame of every page opened from now on. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
        if (!shift.hadRecentInput) globalThis.shifts += shift.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

export const shiftsOf = (page: Page) => page.evaluate(() => globalThis.shifts);
