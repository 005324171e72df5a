import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { expect, type Page, test } from "@playwright/test";

const types: Record<string, string> = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/** A page of somebody else's, with a strict policy, that serves the package's files from a folder of its own. */
async function openHost(page: Page) {
  await page.route("http://host.test/**", (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/")
      return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>host</title>" });
    const file = join(import.meta.dirname, "../../dist/package", pathname.replace("/lib/", ""));
    const headers = { "content-security-policy": policy };
    return route.fulfill({ body: readFileSync(file), contentType: types[extname(file)] ?? "text/plain", headers });
  });
  await page.goto("http://host.test/");
}

test("the package works as a plain script of another page", async ({ page }) => {
  await openHost(page);
  const shape = await page.evaluate(async () => {
    const { loadHeed } = await import("http://host.test/lib/heed.js" as string);
    const heed = await loadHeed();
    const { x } = heed.notebook();
    return heed.attention({ query: x, key: x, value: x }, { causal: true }).output.shape;
  });
  expect(shape).toEqual([1, 1, 8, 64]);
});

test("workers compute what one thread computes, on a page that is not isolated", async ({ page }) => {
  await openHost(page);
  const outcome = await page.evaluate(async () => {
    const { loadHeed } = await import("http://host.test/lib/heed.js" as string);
    const { createEngine } = await import("http://host.test/lib/workers.js" as string);
    const heed = await loadHeed();
    const engine = createEngine(2);
    const { query, key, value } = heed.notebook({ tokens: 300, dModel: 64, heads: 4 });
    const alone = heed.attention({ query, key, value }, { causal: true });
    const shared = await engine.attention({ query, key, value }, { causal: true });
    const wrong = await engine
      .attention({ query, key: query, value: { data: new Float32Array(4), shape: [1, 1, 1, 4] } })
      .catch((error: Error) => error.message);
    engine.close();
    const differences = alone.output.data.map((number: number, i: number) => Math.abs(number - shared.output.data[i]));
    return { largest: Math.max(...differences), wrong, isolated: crossOriginIsolated };
  });
  expect(outcome.isolated).toBe(false);
  // Blocks of queries begin elsewhere, so sums may be taken in another order.
  expect(outcome.largest).toBeLessThan(1e-6);
  expect(outcome.wrong).toBe("K has 4 heads but V has 1");
});
