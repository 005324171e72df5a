/** Models on several threads in the browser: where memory can be shared they compute the same, to the bit, and elsewhere on one thread. */
import { expect, type Page, test } from "@playwright/test";
import { serve } from "../../web/start.mjs";
import { type Hub, startHub } from "../hub/hub.mjs";
import { compareWhole } from "../package/compare-with-fixture.mjs";
import { modelFixture } from "../package/model-fixture.mjs";
import { openInPage } from "../package/model-in-page.mjs";
import { SiteServer } from "./site-server";

const isolated = new SiteServer({
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "credentialless",
});
const plain = new SiteServer();
const names = ["gpt2", "llama", "gemma2", "bert", "t5", "vit"];
let hub: Hub;

test.beforeAll(async () => {
  hub = await startHub(Object.fromEntries(names.map((name) => [`test/${name}`, modelFixture(name).files])));
  await isolated.start();
  await plain.start();
});
test.afterAll(async () => {
  await hub.close();
  await isolated.stop();
  await plain.stop();
});

async function openOn(page: Page, site: SiteServer, name: string, options = {}) {
  await page.goto(`${site.address}embed/embed.html`);
  return openInPage(page, `${site.address}embed/models.js`, { hub: `test/${name}`, endpoint: hub.address }, options);
}

for (const name of names)
  test(`${name} computes the same on one, two and three threads`, async ({ page }) => {
    const results = [];
    for (const threads of [1, 2, 3]) {
      const model = await openOn(page, isolated, name, { threads });
      expect(model.info.threads).toBe(threads);
      expect(page.workers().length).toBe(threads - 1);
      const { expected } = modelFixture(name);
      const inputs = expected.pixel_values
        ? { pixelValues: expected.pixel_values }
        : {
            inputIds: expected.input_ids?.data,
            ...(expected.decoder_input_ids && { decoderInputIds: expected.decoder_input_ids.data }),
          };
      results.push(await model.forward(inputs, { attentions: true, hiddenStates: true }));
      if (threads === 3) await compareWhole(modelFixture(name), model);
      await model.close();
      await expect.poll(() => page.workers().length).toBe(0);
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

test("a page that is not isolated computes on one thread, and fetches nothing of the threads", async ({ page }) => {
  plain.requests.length = 0;
  const model = await openOn(page, plain, "gpt2", { threads: 3 });
  expect(model.info.threads).toBe(1);
  expect(page.workers()).toEqual([]);
  expect(plain.requests.filter((path) => path.includes("thread"))).toEqual([]);
  await compareWhole(modelFixture("gpt2"), model);
});

test("where no thread can be started, one computes", async ({ page }) => {
  await page.route("**/models-thread.js", (route) => route.fulfill({ status: 404 }));
  const model = await openOn(page, isolated, "gpt2", { threads: 3 });
  expect(model.info.threads).toBe(1);
  await compareWhole(modelFixture("gpt2"), model);
});

test("the site isolates its own pages as it is served, and the explorer's models share memory", async ({ page }) => {
  // The worker that opens models has four processors, whatever the machine has: one thread would share no memory.
  await page.route(/explorer-worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    const line = 'Object.defineProperty(navigator, "hardwareConcurrency", { value: 4 });\n';
    await route.fulfill({ response, body: line + (await response.text()) });
  });
  const site = await serve(0);
  try {
    await page.goto(`${site.address}explorer.html?model=induction`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expect(page.locator("#model-name")).toHaveText("repeated letters", { timeout: 30_000 });
    await expect(page.locator(".token").first()).toBeVisible();
    const started = () => page.workers().filter((worker) => worker.url().includes("models-thread")).length;
    await expect.poll(started).toBe(3);
    const embed = await page.request.get(`${site.address}embed/embed.html`);
    expect(embed.headers()["cross-origin-embedder-policy"]).toBeUndefined();
  } finally {
    await site.stop();
  }
});
