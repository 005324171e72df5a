/** The site without a network: what the service worker stores, offers and deletes. */
import { createHash } from "node:crypto";
import { expect, type Page, test } from "@playwright/test";
import { errorsOf } from "./notebook-page";
import { SiteServer } from "./site-server";
import { violationsOf } from "./violations";

test.use({ serviceWorkers: "allow" });
test.setTimeout(120_000);

const host = new SiteServer();
test.beforeEach(async () => {
  host.changed.clear();
  host.requests.length = 0;
  await host.start();
});
test.afterEach(() => host.stop());

const line = (page: Page) => page.locator("#offline");

async function openStored(page: Page, path = ""): Promise<void> {
  await page.goto(`${host.address}${path}`);
  await expect(line(page)).toHaveAttribute("data-state", "stored", { timeout: 60_000 });
}

/** What another version of the site has: another page, and the list of files with its hash. */
function publish(title: string): void {
  const old = host.file("index.html");
  const page = old.replace(/<title>.*<\/title>/, `<title>${title}</title>`);
  const hash = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
  const script = host.file("service-worker.js");
  expect(script).toContain(hash(old));
  host.changed.set("index.html", page);
  const version = /(["'`])([0-9a-f]{16})\1/.exec(script)?.[2] ?? "";
  expect(version).not.toBe("");
  const next = createHash("sha256").update(page).digest("hex").slice(0, 16);
  host.changed.set("service-worker.js", script.replace(hash(old), hash(page)).replace(version, next));
}

/** Everything that the origin stores of the site. */
const caches = (page: Page) => page.evaluate(async () => (await window.caches.keys()).length);
const registrations = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

test("every figure of the article draws without a network", async ({ page }) => {
  await openStored(page);
  await expect(line(page)).toContainText("works without a network");
  await host.stop();
  const errors = errorsOf(page);
  await page.reload();
  const tags = await page.evaluate(() => [
    ...new Set(
      [...document.querySelectorAll("main *")]
        .map(({ localName }) => localName)
        .filter((name) => name.startsWith("heed-")),
    ),
  ]);
  expect(tags.length).toBeGreaterThan(12);
  for (const tag of tags)
    for (const figure of await page.locator(tag).all()) {
      await figure.evaluate((element) => element.scrollIntoView());
      await expect(figure.locator(".figure")).toBeVisible({ timeout: 30_000 });
      await expect(figure).not.toHaveAttribute("aria-busy", /./, { timeout: 30_000 });
      await expect(figure.locator(".message.error")).toHaveCount(0);
    }
  expect(errors).toEqual([]);
  expect(await violationsOf(page, "#offline")).toEqual([]);
});

test("what is not yet loaded comes without a network too, on the first visit", async ({ page }) => {
  await openStored(page);
  await host.stop();
  const figure = page.locator("heed-notebook");
  await figure.evaluate((element) => element.scrollIntoView());
  await expect(figure.locator(".map").first()).toBeVisible({ timeout: 30_000 });
});

test("the explorer opens the page's own model without a network", async ({ page }) => {
  await openStored(page, "explorer.html");
  await host.stop();
  await page.goto(`${host.address}explorer.html?model=induction`);
  await expect(page.locator("#model-name")).toHaveText("repeated letters", { timeout: 30_000 });
  await expect(page.locator(".token").first()).toBeVisible();
});

test("the page is isolated from its second load on, and its workers start", async ({ page }) => {
  await openStored(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await page.evaluate(() => new SharedArrayBuffer(8).byteLength)).toBe(8);
  await expect(page.locator("heed-look-up .reading")).toContainText("largest weight");
  expect(page.workers().length).toBeGreaterThan(0);
});

test("frames and what other pages fetch come from the network, without isolation", async ({ page }) => {
  await openStored(page);
  await page.reload();
  host.requests.length = 0;
  for (const path of ["embed/embed.html?figure=masks", "embed/frame.js"]) {
    const headers = await page.evaluate(async (address) => [...(await fetch(address)).headers.keys()], path);
    expect(headers).not.toContain("cross-origin-embedder-policy");
  }
  const ranged = { headers: { range: "bytes=0-7" } };
  await page.evaluate((options) => fetch("models/induction.safetensors", options), ranged);
  // The page and the browser look for a newer service worker when they like.
  const requests = host.requests.filter((path) => path !== "service-worker.js");
  expect(requests).toEqual(["embed/embed.html", "embed/frame.js", "models/induction.safetensors"]);
});

test("a newer version is offered, and comes when the reader wants it", async ({ page }) => {
  await openStored(page);
  publish("Attention, second version");
  await page.reload();
  await expect(line(page)).toHaveAttribute("data-state", "update", { timeout: 60_000 });
  await expect(page).toHaveTitle("Attention you can see");
  // It goes on waiting.
  await page.reload();
  await expect(page).toHaveTitle("Attention you can see");
  await expect(line(page)).toHaveAttribute("data-state", "update", { timeout: 60_000 });
  await line(page).getByRole("button", { name: "show it" }).click();
  await expect(page).toHaveTitle("Attention, second version");
  await expect(line(page)).toHaveAttribute("data-state", "stored", { timeout: 60_000 });
  await host.stop();
  await page.reload();
  await expect(page).toHaveTitle("Attention, second version");
});

test("files of two versions are not stored together", async ({ page }) => {
  publish("Attention, second version");
  host.changed.set("service-worker.js", host.file("service-worker.js"));
  host.changed.delete("index.html");
  await page.goto(host.address);
  await expect(line(page)).toHaveAttribute("data-state", "failed", { timeout: 60_000 });
  expect(await caches(page)).toBe(0);
});

test("the copy can be deleted, and is not made again unless the reader wants it", async ({ page }) => {
  await openStored(page);
  expect(await caches(page)).toBe(1);
  await line(page).getByRole("button", { name: "delete the copy" }).click();
  await expect(line(page)).toHaveAttribute("data-state", "none");
  await expect(line(page).getByRole("button", { name: "store a copy" })).toBeFocused();
  expect(await caches(page)).toBe(0);
  expect(await registrations(page)).toBe(0);
  await page.reload();
  await expect(page.locator("heed-look-up .reading")).toContainText("largest weight");
  await expect(line(page)).toHaveAttribute("data-state", "none");
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(await registrations(page)).toBe(0);
  await line(page).getByRole("button", { name: "store a copy" }).click();
  await expect(line(page)).toHaveAttribute("data-state", "stored", { timeout: 60_000 });
});
