/** The ways to open a model in the explorer: from a hub and a folder on a host of another origin, from what the browser keeps, a part of a long text. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { byteTokenizer } from "../hub/byte-tokenizer.mjs";
import { type Hub, startHub } from "../hub/hub.mjs";
import { modelFixture } from "../package/model-fixture.mjs";
import { violationsOf } from "./violations";

const opened = { timeout: 20_000 };
const { files, expected } = modelFixture("gpt2");
let hub: Hub;
test.beforeEach(async () => {
  hub = await startHub({ "test/gpt2": { ...files, "tokenizer.json": byteTokenizer() } });
});
test.afterEach(() => hub.close());

async function openFromHub(page: Page, model = "test/gpt2") {
  await page.getByLabel("from the hub").fill(model);
  const more = page.getByText("revision, another hub, a token");
  if (!(await page.getByLabel("address of the hub").isVisible())) await more.click();
  await page.getByLabel("address of the hub").fill(hub.address);
  await page.getByRole("button", { name: "open", exact: true }).click();
}

/** The names of the models that the browser keeps, as its storage has them: what the page lists may not have been read yet. */
const keptNames = (page: Page): Promise<string[]> =>
  page.evaluate(async (module) => {
    const { keptModels } = await import(module);
    return (await keptModels()).map(({ name }: { name: string }) => name);
  }, "/embed/models.js");

const failure = (page: Page) => page.locator(".opening .message.failure");

test("a model of a hub is opened, kept, opened again without the hub, and deleted", async ({ page }) => {
  await page.goto("/explorer.html");
  await openFromHub(page);
  await expect(page.locator("#model-name")).toHaveText("test/gpt2", opened);
  await page.locator("#text").fill("Hello");
  await expect(page.locator(".token")).toHaveText([..."Hello"]);
  await expect(page).toHaveURL(/#hub=test%2Fgpt2&endpoint=http/);
  // The link brings the model back; where it is fetched from is seen before it is.
  hub.requests.length = 0;
  await page.reload();
  await expect(page.getByLabel("address of the hub")).toHaveValue(hub.address);
  await page.getByRole("button", { name: "test/gpt2", exact: true }).click();
  await expect(page.locator(".token")).toHaveText([..."Hello"], opened);
  expect(hub.requests).toEqual([]);
  await page.getByRole("button", { name: "open a model" }).click();
  await expect(page.locator(".kept li")).toHaveCount(1);
  expect(await keptNames(page)).toEqual([`${hub.address}/test/gpt2@main`]);
  await page.getByRole("button", { name: "delete test/gpt2 from this browser" }).click();
  await expect(page.locator(".kept li")).toHaveCount(0);
});

test("what is not to be kept is not", async ({ page }) => {
  await page.goto("/explorer.html");
  await page.getByLabel("keep what is fetched").uncheck();
  await openFromHub(page);
  await expect(page.locator("#model-name")).toHaveText("test/gpt2", opened);
  expect(await keptNames(page)).toEqual([]);
  await page.getByRole("button", { name: "open a model" }).click();
  await expect(page.locator(".kept li")).toHaveCount(0);
});

test("a folder at an address is opened", async ({ page }) => {
  await page.goto("/explorer.html");
  await page.getByLabel("at the address").fill(`${hub.address}/folder/test/gpt2`);
  await page.getByRole("button", { name: "open the folder" }).click();
  await expect(page.locator("#model-facts")).toContainText("GPT2LMHeadModel", opened);
});

/** A folder of a checkpoint as the hub's own cache has it: the files lie two folders deeper. */
function folderOfModel(top: string): string {
  const deepest = join(top, "snapshots", "607a30d");
  mkdirSync(deepest, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(deepest, name), bytes);
  mkdirSync(join(top, "refs"));
  writeFileSync(join(top, "refs", "main"), "607a30d");
  return top;
}

test("a folder that is dropped on the page is opened, and so is one that is chosen", async ({ page }, testInfo) => {
  const folder = folderOfModel(testInfo.outputPath("models--gpt2"));
  await page.goto("/explorer.html");
  // As a reader drops it: scripts cannot make entries of folders.
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await client.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  await expect(page.locator("#model-name")).toHaveText("models--gpt2", opened);
  await expect(page.locator("#model-facts")).toContainText("GPT2LMHeadModel");
  await page.reload();
  await page.getByLabel("A model's folder").setInputFiles(folder);
  await expect(page.locator("#model-name")).toHaveText("models--gpt2", opened);
  await expect(page.locator("#model-facts")).toContainText("GPT2LMHeadModel");
});

test("what broke off is tried again by a button", async ({ page }) => {
  hub.faults["model.safetensors"] = { status: 500 };
  await page.goto("/explorer.html");
  await openFromHub(page);
  await expect(failure(page)).toContainText("answered 500", opened);
  delete hub.faults["model.safetensors"];
  await page.getByRole("button", { name: "try again" }).click();
  await expect(page.locator("#model-name")).toHaveText("test/gpt2", opened);
  await expect(page.getByRole("button", { name: "try again" })).toBeHidden();
});

test("a gated model opens with a token, which stands in no address and is in no field afterwards", async ({ page }) => {
  hub.gated.set("test/gpt2", "hf_secret");
  await page.goto("/explorer.html");
  await openFromHub(page);
  await expect(failure(page)).toContainText("may be gated", opened);
  await expect(page.getByRole("button", { name: "try again" })).toBeHidden();
  await page.getByLabel("token for gated models").fill("hf_secret");
  await page.getByRole("button", { name: "open", exact: true }).click();
  await expect(page.locator("#model-name")).toHaveText("test/gpt2", opened);
  expect(page.url()).not.toContain("hf_secret");
  await page.getByRole("button", { name: "open a model" }).click();
  await expect(page.getByLabel("token for gated models")).toHaveValue("");
});

test("of a large model the reader is told what it takes in each form, and what does not fit cannot be chosen", async ({
  page,
}) => {
  const numbers = 1.5e9;
  const header = JSON.stringify({ a: { dtype: "F16", shape: [numbers, 1], data_offsets: [0, 2 * numbers] } });
  const bytes = Buffer.alloc(8 + header.length);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  hub.models["test/large"] = { "config.json": files["config.json"] as Uint8Array, "model.safetensors": bytes };
  const listed = (path: string, size: number) => ({ type: "file", path, size });
  const config = files["config.json"]?.length ?? 0;
  const tree = [listed("config.json", config), listed("model.safetensors", bytes.length + 2 * numbers)];
  hub.faults.tree = { body: Buffer.from(JSON.stringify(tree)) };
  await page.goto("/explorer.html");
  await openFromHub(page, "test/large");
  const choice = page.getByRole("group", { name: "Forms of the model" });
  await expect(choice).toContainText("test/large has 1500 million parameters in 3.00 GB.", opened);
  await expect(choice.getByRole("button", { name: "open as stored" })).toBeEnabled();
  await expect(choice.getByRole("button", { name: "open in float32" })).toBeDisabled();
  await expect(choice).toContainText("9.00 GB of memory, more than there is here");
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "cancel" }).click();
  await expect(choice).toBeEmpty();
});

test("of a text longer than the context the first part is read, the last, or one between", async ({ page }) => {
  await page.goto("/explorer.html");
  await openFromHub(page);
  await expect(page.locator("#model-name")).toHaveText("test/gpt2", opened);
  const text = Array.from({ length: 70 }, (_, i) => String.fromCharCode(33 + i)).join("");
  await page.locator("#text").fill(text);
  await expect(page.locator("#message")).toHaveText("The text has 70 tokens but the model's context is 64.");
  await page.getByRole("button", { name: "read the first 64 tokens" }).click();
  await expect(page.locator(".token")).toHaveCount(64);
  await expect(page.locator(".token").first()).toHaveText("!");
  await expect(page.locator("#message")).toBeEmpty();
  await page.getByRole("button", { name: "the last 64" }).click();
  await expect(page.locator(".token").first()).toHaveText("'");
  await expect(page.locator(".token").last()).toHaveText("f");
  await page.getByLabel("First token that is read").press("ArrowLeft");
  await expect(page.locator(".context-window")).toContainText("tokens 5 to 68 of 70");
  await expect(page.locator(".token").first()).toHaveText("&");
  await expect(page).toHaveURL(/from=5/);
  await page.locator("#text").fill("abc");
  await expect(page.locator(".token")).toHaveCount(3);
  await expect(page.locator(".context-window")).toBeHidden();
});

test("the page's other model, and a file of the page's trainer, open as any", async ({ page, request }) => {
  await page.goto("/explorer.html");
  await page.getByRole("button", { name: "open repeated letters" }).click();
  await expect(page.locator("#model-facts")).toContainText("2 layers × 4 heads", opened);
  await expect(page.locator(".token").first()).toHaveText("k");
  const buffer = await (await request.get("/models/induction.safetensors")).body();
  await page.goto("/explorer.html");
  await page.getByLabel("A model's files").setInputFiles([{ name: "mine.safetensors", mimeType: "", buffer }]);
  await expect(page.locator("#model-name")).toHaveText("mine.safetensors", opened);
  await expect(page.locator("#model-facts")).toContainText("2 layers × 4 heads");
});

test("suggested models stand from smallest to largest, with sizes and licences", async ({ page }) => {
  await page.goto("/explorer.html");
  const text = await page.locator(".ways").innerText();
  const sizes = [...text.matchAll(/open ([\w.-]+) ([\d.]+) (MB|GB), (Apache-2\.0|MIT):/g)];
  expect(sizes[0]?.[1]).toBe("pythia-14m");
  expect(sizes.length).toBeGreaterThanOrEqual(5);
  const bytes = sizes.map(([, , size, unit]) => Number(size) * (unit === "GB" ? 1000 : 1));
  expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
});

test("numbers of a model from a hub are transformers' own", async ({ page }) => {
  await page.goto("/explorer.html");
  const { "tokenizer.json": _, ...untokenized } = hub.models["test/gpt2"] ?? {};
  hub.models["test/numbers"] = untokenized;
  await openFromHub(page, "test/numbers");
  const ids = Array.from(expected.input_ids?.data ?? []);
  await expect(page.locator("#model-name")).toHaveText("test/numbers", opened);
  await page.locator("#text").fill(ids.join(" "));
  await expect(page.locator(".token")).toHaveText(ids.map(String));
  await page.getByLabel("Attention weights of the chosen head").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  const weight = expected["attentions.0"]?.data[ids.length] as number;
  const shown = page.locator(".head-view .exact");
  await expect(shown).toContainText(/^weight 0\.\d+ · entropy of the query .* over 2 visible keys$/);
  // As the package's test has it: the rounding of float32 in another order.
  expect(Number(/[\d.]+/.exec((await shown.textContent()) ?? "")?.[0])).toBeCloseTo(weight, 5);
});
