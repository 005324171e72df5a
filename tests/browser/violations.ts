import type { Page } from "@playwright/test";
import axe, { type AxeResults } from "axe-core";

/** What axe finds in the elements of these tags, or in the whole page. */
export async function violationsOf(page: Page, ...tags: readonly string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (include) =>
      (globalThis as unknown as { axe: { run: (on: object) => Promise<AxeResults> } }).axe.run(
        include.length > 0 ? { include } : document,
      ),
    tags.map((tag) => [tag]),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
