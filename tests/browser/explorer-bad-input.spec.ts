/** What can be wrong with a model, as a reader of the explorer is told it: a sentence for each, and a button where trying again may help. */
import { expect, test } from "@playwright/test";
import { byteTokenizer } from "../hub/byte-tokenizer.mjs";
import { type Hub, startHub } from "../hub/hub.mjs";
import { modelFixture } from "../package/model-fixture.mjs";

const { files } = modelFixture("gpt2");
const config = files["config.json"] as Uint8Array;
const html = Buffer.from("<!DOCTYPE html><html><title>Sign in</title></html>");
const pointer = Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 100000\n`);
const withConfig = (change: object) =>
  Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(config).toString()), ...change }));

interface Case {
  /** What is wrong. */
  readonly name: string;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly faults?: Hub["faults"];
  readonly cors?: false;
  readonly endpoint?: string;
  readonly told: RegExp;
  readonly canRetry?: true;
}

const cases: readonly Case[] = [
  { name: "no host", endpoint: "http://127.0.0.1:1", told: /127\.0\.0\.1:1 was not reached\.$/, canRetry: true },
  { name: "401", faults: { tree: { status: 401 } }, told: /may be gated, private, or not there/ },
  {
    name: "404",
    faults: { "model.safetensors": { status: 404 } },
    told: /model\.safetensors was not found at \S+ \(404\)\.$/,
  },
  { name: "500", faults: { "model.safetensors": { status: 500 } }, told: /answered 500\.$/, canRetry: true },
  {
    name: "a page in place of the list",
    faults: { tree: { body: html } },
    told: /is no hub: it lists files in another form than JSON\.$/,
  },
  {
    name: "a page in place of JSON",
    files: { ...files, "config.json": html },
    told: /config\.json is a web page in place of the file/,
  },
  {
    name: "a pointer of Git LFS",
    files: { ...files, "model.safetensors": pointer },
    told: /model\.safetensors is a pointer of Git LFS in place of the file/,
  },
  {
    name: "GGUF",
    files: { "config.json": config, "model.gguf": Buffer.alloc(9) },
    told: /model\.gguf is GGUF, .* open the model that it was made of/,
  },
  {
    name: "ONNX",
    files: { "config.json": config, "model.onnx": Buffer.alloc(9) },
    told: /model\.onnx is ONNX, a graph of operators, which is not read/,
  },
  {
    name: "a lone pickle",
    files: { "config.json": config, "weights.pt": Buffer.alloc(9) },
    told: /weights\.pt is a pickle of PyTorch, .* save it as safetensors/,
  },
  {
    name: "no other page may read",
    cors: false,
    told: /does not let other pages read its files \(CORS\); download them and open them as files\.$/,
  },
  {
    name: "an architecture that is not known",
    files: { ...files, "config.json": withConfig({ model_type: "gpt3" }) },
    told: /model_type is "gpt3"; .*gpt2/,
  },
  {
    name: "another model's tokenizer",
    files: { ...files, "tokenizer.json": byteTokenizer(300) },
    told: /the tokenizer has 300 tokens but the model only 256: they are not of the same model\.$/,
  },
];

test("what is wrong with a model is told in a sentence, and the page goes on", async ({ page }) => {
  test.setTimeout(120_000);
  const hub = await startHub({ "test/good": files });
  try {
    await page.goto("/explorer.html");
    await page.getByText("revision, another hub, a token").click();
    await page.getByLabel("keep what is fetched").uncheck();
    const open = async (model: string, endpoint = hub.address) => {
      await page.getByLabel("from the hub").fill(model);
      await page.getByLabel("address of the hub").fill(endpoint);
      await page.getByRole("button", { name: "open", exact: true }).click();
    };
    for (const [
      i,
      { name, files: given = files, faults = {}, cors = true, endpoint, told, canRetry = false },
    ] of cases.entries())
      await test.step(name, async () => {
        hub.models[`test/case-${i}`] = { ...given };
        hub.faults = faults;
        hub.cors = cors;
        await open(`test/case-${i}`, endpoint);
        await expect(page.locator(".opening .message.failure")).toHaveText(told, { timeout: 20_000 });
        await expect(page.locator(".opening .message.failure")).toHaveText(/^The model could not be opened: .*[^.]\.$/);
        await expect(page.getByRole("button", { name: "try again" })).toBeVisible({ visible: canRetry });
      });
    hub.faults = { "model.safetensors": { noRanges: true } };
    hub.cors = true;
    await open("test/good");
    await expect(page.locator("#model-name")).toHaveText("test/good", { timeout: 20_000 });
  } finally {
    hub.close();
  }
});
