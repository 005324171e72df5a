/** heed/models in the browser: the example page with a reader's files, a hub of another origin, the browser's storage. */
import { utimesSync, writeFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { byteTokenizer } from "../hub/byte-tokenizer.mjs";
import { type Hub, startHub } from "../hub/hub.mjs";
import { compareWhole } from "../package/compare-with-fixture.mjs";
import { fixtureNames, modelFixture } from "../package/model-fixture.mjs";
import { openInPage } from "../package/model-in-page.mjs";
import { filesToChoose } from "./files-to-choose";

/** The package as the site holds it, from the site's own server: of a page that only a test made, browsers do not know where it came from. */
const lib = "/embed";

test("the example page shows the attention of a text, from files that a reader chose", async ({ page }) => {
  await page.goto(`${lib}/model-example.html`);
  const { files } = modelFixture("gpt2");
  const chosen = filesToChoose({ ...files, "tokenizer.json": byteTokenizer() });
  await page.getByLabel("Text").fill("Hi é");
  await page.getByLabel("Files").setInputFiles(chosen);
  const rows = page.locator("#weights tr");
  await expect(rows).toHaveCount(6);
  await expect(rows.first().locator("td")).toHaveText(["", "H", "i", "", "<0xC3>", "<0xA9>"]);
  await expect(rows.nth(1).locator("td")).toHaveText(["H", "1.00", "0.00", "0.00", "0.00", "0.00"]);
  await page.getByLabel("Files").setInputFiles(chosen.slice(0, 1));
  await expect(page.getByRole("status")).toHaveText(/^there is no safetensors file among the model's 1 files$/);
});

test.describe("from a hub of another origin", () => {
  let hub: Hub;
  test.beforeAll(async () => {
    hub = await startHub(Object.fromEntries(fixtureNames.map((name) => [`test/${name}`, modelFixture(name).files])));
  });
  test.afterAll(() => hub.close());

  // What a page's own path is made of: the hub's lists and redirects, fetch, the worker's WebAssembly.
  for (const name of fixtureNames)
    test(`${name} computes what transformers computes`, async ({ page }) => {
      await page.goto(`${lib}/embed.html`);
      const model = await openInPage(page, "/embed/models.js", { hub: `test/${name}`, endpoint: hub.address });
      await compareWhole(modelFixture(name), model);
    });

  test("what is kept is opened again without the hub, listed and deleted", async ({ page }) => {
    await page.goto(`${lib}/embed.html`);
    const logits = (endpoint: string, drop = false) =>
      page.evaluate(
        async ({ endpoint, drop }) => {
          const { openModel } = await import("/embed/models.js" as string);
          const controller = new AbortController();
          const onProgress = ({ loaded, total }: { loaded: number; total: number }) => {
            if (drop && loaded > total / 2) controller.abort();
          };
          const model = await openModel(
            { hub: "test/qwen2", endpoint },
            { keep: true, onProgress, signal: controller.signal },
          );
          const { data } = (await model.forward({ inputIds: [5, 6, 7] }, { logits: "last" })).logits;
          return Array.from(data as Float32Array);
        },
        { endpoint, drop },
      );
    const kept = () =>
      page.evaluate(async () => {
        const { keptModels } = await import("/embed/models.js" as string);
        return (await keptModels()) as { name: string; bytes: number; lastUsed: number }[];
      });
    await expect(logits(hub.address, true)).rejects.toThrow(/abort/i);
    expect(await kept()).toEqual([]);
    hub.requests.length = 0;
    const first = await logits(hub.address);
    // Of three files of weights those that were whole are not fetched again.
    const weights = hub.requests.filter(({ host, path }) => host === "store" && /safetensors\?/.test(path));
    expect(weights.length).toBeGreaterThan(0);
    expect(weights.length).toBeLessThan(3);
    const [model] = await kept();
    expect(model).toEqual({
      name: `${hub.address}/test/qwen2@main`,
      bytes: Object.values(modelFixture("qwen2").files).reduce((sum, { length }) => sum + length, 0),
      lastUsed: expect.any(Number),
    });
    hub.requests.length = 0;
    expect(await logits(hub.address)).toEqual(first);
    expect(hub.requests).toEqual([]);
    expect((await kept())[0]?.lastUsed).toBeGreaterThanOrEqual(model?.lastUsed ?? 0);
    await page.evaluate(async (name) => {
      const { deleteKeptModel } = await import("/embed/models.js" as string);
      await deleteKeptModel(name);
      await deleteKeptModel(name);
    }, model?.name);
    expect(await kept()).toEqual([]);
    const full = await page.evaluate(async (endpoint) => {
      const { openModel } = await import("/embed/models.js" as string);
      navigator.storage.estimate = async () => ({ quota: 100_000_000, usage: 99_990_000 });
      return openModel({ hub: "test/qwen2", endpoint }, { keep: true }).catch(
        ({ message, fault }: Error & { fault: string }) => ({ message, fault }),
      );
    }, hub.address);
    expect(full.fault).toBe("quota");
    expect(full.message).toMatch(
      /^http\S+\/test\/qwen2@main takes \d+ MB, but the browser's storage has room for 0 MB: delete models/,
    );
  });

  /** Opens a model that is kept, and returns logits; how far it is can be told to a callback by name. */
  const openKept = (page: Page, name: string) =>
    page.evaluate(
      async ({ endpoint, name }) => {
        const { openModel } = await import("/embed/models.js" as string);
        const model = await openModel({ hub: `test/${name}`, endpoint }, { keep: true });
        const { data } = (await model.forward({ inputIds: [5, 6, 7] }, { logits: "last" })).logits;
        return Array.from(data as Float32Array);
      },
      { endpoint: hub.address, name },
    );
  const keptNames = (page: Page) =>
    page.evaluate(async () => {
      const { keptModels } = await import("/embed/models.js" as string);
      return ((await keptModels()) as { name: string }[]).map(({ name }) => name);
    });

  test("two tabs that open the same model at once both have it, and it is kept once", async ({ page, context }) => {
    const other = await context.newPage();
    await Promise.all([page.goto(`${lib}/embed.html`), other.goto(`${lib}/embed.html`)]);
    hub.faults["model.safetensors"] = { bytesPerSecond: 300_000 };
    const [first, second] = await Promise.all([openKept(page, "gpt2"), openKept(other, "gpt2")]);
    hub.faults = {};
    expect(second).toEqual(first);
    expect(await keptNames(page)).toEqual([`${hub.address}/test/gpt2@main`]);
    hub.requests.length = 0;
    expect(await Promise.all([openKept(page, "gpt2"), openKept(other, "gpt2")])).toEqual([first, first]);
    expect(hub.requests).toEqual([]);
  });

  test("of a tab that was closed half-way nothing is taken for whole, and another tab keeps the model", async ({
    page,
    context,
  }) => {
    await page.goto(`${lib}/embed.html`);
    hub.faults["model.safetensors"] = { bytesPerSecond: 50_000 };
    const closed = await context.newPage();
    await closed.goto(`${lib}/embed.html`);
    const opening = openKept(closed, "gpt2").catch(() => "closed");
    await expect
      .poll(() => hub.requests.filter(({ host, path }) => host === "store" && path.includes("safetensors")).length)
      .toBeGreaterThan(0);
    await closed.close();
    expect(await opening).toBe("closed");
    expect(await keptNames(page)).toEqual([]);
    hub.faults = {};
    const logits = await openKept(page, "gpt2");
    expect(await keptNames(page)).toEqual([`${hub.address}/test/gpt2@main`]);
    hub.requests.length = 0;
    expect(await openKept(page, "gpt2")).toEqual(logits);
    expect(hub.requests).toEqual([]);
  });

  test("a full storage is told, with what can be done, and leaves nothing half kept", async ({ page }) => {
    await page.goto(`${lib}/embed.html`);
    const told = await page.evaluate(async (endpoint) => {
      const { keptModels, openModel } = await import("/embed/models.js" as string);
      // The room runs out while the weights are written, whatever was estimated before.
      const { write } = FileSystemWritableFileStream.prototype;
      let room = 50_000;
      FileSystemWritableFileStream.prototype.write = function (data) {
        room -= (data as Uint8Array).length ?? 0;
        return room < 0 ? Promise.reject(new DOMException("full", "QuotaExceededError")) : write.call(this, data);
      };
      const { message, fault } = await openModel({ hub: "test/gpt2", endpoint }, { keep: true }).catch(
        (error: Error) => error,
      );
      return { message, fault, kept: await keptModels() };
    }, hub.address);
    expect(told).toEqual({
      fault: "quota",
      kept: [],
      message: expect.stringMatching(/takes \d+ MB, but the browser's storage has room for less: delete models/),
    });
  });

  test("a hub that lets no other page read it is said to be that, and one that is not there too", async ({ page }) => {
    await page.goto(`${lib}/embed.html`);
    const open = (endpoint: string) =>
      page.evaluate(async (endpoint) => {
        const { openModel } = await import("/embed/models.js" as string);
        const { message, fault } = await openModel({ hub: "test/gpt2", endpoint }).catch((error: Error) => error);
        return { message, fault };
      }, endpoint);
    hub.cors = false;
    expect(await open(hub.address)).toEqual({
      fault: "cors",
      message: `test/gpt2 was not read: ${hub.address} does not let other pages read its files (CORS); download them and open them as files`,
    });
    expect(await open("http://127.0.0.1:1")).toEqual({
      fault: "network",
      message: "test/gpt2 was not read: 127.0.0.1:1 was not reached",
    });
  });
});

test("a file that changes after it was chosen is not mixed with what it was", async ({ page }, info) => {
  const { files } = modelFixture("gpt2");
  const paths = Object.entries(files).map(([name, bytes]) => {
    const path = info.outputPath(name);
    writeFileSync(path, bytes);
    return path;
  });
  await page.goto(`${lib}/model-example.html`);
  await page.evaluate(() => {
    const input = document.querySelector("input[type=file]") as HTMLInputElement;
    input.onchange = null;
  });
  await page.getByLabel("Files").setInputFiles(paths);
  // Chromium takes note of a file's size and time when they are first looked at.
  const sizes = await page.evaluate(() => {
    const { files } = document.querySelector("input[type=file]") as HTMLInputElement;
    return Array.from(files ?? [], ({ size, lastModified }) => [size, lastModified > 0]);
  });
  expect(sizes).toEqual(Object.values(files).map(({ length }) => [length, true]));
  const weights = paths.find((path) => path.endsWith(".safetensors")) ?? "";
  writeFileSync(weights, Buffer.concat([files["model.safetensors"] as Uint8Array, Buffer.alloc(10)]));
  // Chromium compares times by whole seconds.
  const later = Date.now() / 1000 + 5;
  utimesSync(weights, later, later);
  const error = await page.evaluate(async () => {
    const { openModel } = await import("/embed/models.js" as string);
    const { files } = document.querySelector("input[type=file]") as HTMLInputElement;
    const { message, fault } = await openModel({ files: Array.from(files ?? []) }).catch((reason: Error) => reason);
    return { message, fault };
  });
  expect(error).toEqual({
    fault: "changed",
    message: "model.safetensors cannot be read: it was changed or moved after it was chosen; choose it again",
  });
});
