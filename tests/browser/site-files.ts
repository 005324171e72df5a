/** What a page loads of the site. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const site = join(import.meta.dirname, "../../dist/site");

/**
 * Gathers from now on the paths of what the page loads from its own origin, and reads their files in the end: what the browser says of a
 * body may come too late, as of WebAssembly that is compiled while it arrives. The document is among them from the start, as its answer
 * comes before the page has its address.
 */
export function watchSiteFiles(page: Page): () => Map<string, Buffer> {
  const paths = new Set(["/"]);
  page.on("response", (response) => {
    const { pathname, origin } = new URL(response.url());
    if (origin === new URL(page.url()).origin) paths.add(pathname);
  });
  const bytesOf = (path: string) => readFileSync(join(site, path.endsWith("/") ? `${path}index.html` : path));
  return () => new Map([...paths].map((path) => [path, bytesOf(path)]));
}
