/** What the explorer saves, and <heed-recording>, which shows it without the model. */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { readRecording } from "../../web/src/formats/recording/read-recording";
import { modelFixture } from "../package/model-fixture.mjs";
import { expectInside } from "./beyond";
import { filesToChoose } from "./files-to-choose";
import { layout } from "./font-sets.mjs";
import { violationsOf } from "./violations";

const opened = { timeout: 20_000 };

async function openStories(page: Page, search = "") {
  await page.goto(`/explorer.html?model=stories${search}`);
  await expect(page.locator(".layers-view tbody tr")).toHaveCount(4, opened);
}

async function saved(page: Page, label: string) {
  if (await page.locator(".export-menu .menu-panel").isHidden())
    await page.getByRole("button", { name: "take away" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: label, exact: true }).click();
  const file = await download;
  const path = await file.path();
  return { name: file.suggestedFilename(), path, bytes: new Uint8Array(readFileSync(path)) };
}

/** The text after "a weight of": the number and the error that is said of it. */
async function weightOf(figure: Locator): Promise<{ value: number; error: number }> {
  const text = (await figure.locator(".reading").textContent()) ?? "";
  const [, value = "", error = ""] = /a weight of ([\d.]+) ± ([\d.]+)\.$/.exec(text) ?? [];
  expect(value, text).not.toBe("");
  return { value: Number(value), error: Number(error) };
}

test("the weights that a recording shows are within their stated errors of those that transformers computes", async ({
  page,
}) => {
  const { files, expected } = modelFixture("gpt2");
  await page.goto("/explorer.html");
  await page.getByLabel("A model's files").setInputFiles(filesToChoose(files));
  await expect(page.locator("#model-facts")).not.toBeEmpty(opened);
  const ids = Array.from(expected.input_ids?.data ?? []);
  await page.locator("#text").fill(ids.join(" "));
  await expect(page.locator(".token")).toHaveText(ids.map(String));
  await expect(page.locator(".head-view")).not.toHaveClass(/waiting/);
  const { bytes } = await saved(page, "Save the recording");
  await page.goto("/gallery.html");
  const figure = page.locator("heed-recording");
  await figure.evaluate((element) => element.scrollIntoView());
  await expect(figure.locator(".token").first()).toBeVisible(opened);
  await figure.evaluate(
    (element, numbers) => Object.assign(element, { recording: Uint8Array.from(numbers) }),
    Array.from(bytes),
  );
  await expect(figure.locator(".token")).toHaveText(ids.map(String));
  const size = ids.length;
  for (const [layer, head] of [
    [0, 0],
    [1, 3],
  ] as const) {
    await figure.getByRole("button", { name: new RegExp(`^Layer ${layer + 1}, head ${head + 1}\\b`) }).click();
    await expect(figure.locator(".map .title")).toHaveText(`Layer ${layer + 1}, head ${head + 1}`);
    const weights = expected[`attentions.${layer}`]?.data ?? [];
    await figure.getByLabel("Attention weights of the chosen head").focus();
    await page.keyboard.press("Control+Home");
    for (let query = 0; query < 6; query++) {
      await expect(figure.locator(".reading")).toContainText(`Query ${query} “${ids[query]}” gives key 0 `);
      const { value, error } = await weightOf(figure);
      const wanted = weights[(head * size + query) * size] as number;
      // As the package's test has it, the core's weights are within 2e-5 of transformers'.
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(error + 2e-5);
      await page.keyboard.press("ArrowDown");
    }
  }
});

test("a recording has the chosen heads, the sentence, and 8 or 16 bits", async ({ page }) => {
  await openStories(page, "&head=2.3");
  const all = await saved(page, "Save the recording");
  expect(all.name).toBe("pocket-stories-attention.heed");
  const panel = page.locator(".export-menu .menu-panel");
  await expect(panel.locator(".menu-status")).toHaveText(/^Saved as pocket-stories-attention\.heed\. \d+ KB\.$/);
  const whole = readRecording(all.bytes);
  expect([whole.bits, whole.title, whole.parts[0].heads.length]).toEqual([8, "pocket stories", 12]);
  await panel.getByRole("radio", { name: "of this layer" }).check();
  await panel.getByRole("radio", { name: "16 bits" }).check();
  await panel.getByLabel("Where the numbers come from, a sentence").fill("A sentence of my own.");
  const { bits, source, parts } = readRecording((await saved(page, "Save the recording")).bytes);
  expect([bits, source]).toEqual([16, "A sentence of my own."]);
  expect(parts[0].heads.map(({ layer, head }) => [layer, head])).toEqual([0, 1, 2, 3].map((head) => [1, head]));
});

test("t5: a recording may hold the three attentions, and shows them", async ({ page }) => {
  const { files, expected } = modelFixture("t5");
  await page.goto("/explorer.html");
  await page.getByLabel("A model's files").setInputFiles(filesToChoose(files));
  await expect(page.locator("#model-facts")).not.toBeEmpty(opened);
  await page.locator("#text").fill(Array.from(expected.input_ids?.data ?? []).join(" "));
  const targets = Array.from(expected.decoder_input_ids?.data ?? []);
  await page.locator("#second").fill(targets.join(" "));
  await expect(page.getByRole("group", { name: "Tokens of the decoder" }).locator(".token")).toHaveText(
    targets.map(String),
  );
  await page.getByRole("button", { name: "take away" }).click();
  await page.locator(".export-menu").getByRole("radio", { name: "all three" }).check({ force: true });
  const { bytes } = await saved(page, "Save the recording");
  expect(readRecording(bytes).parts.map(({ kind, heads }) => [kind, heads.length])).toEqual([
    ["encoder", 8],
    ["decoder", 8],
    ["cross", 8],
  ]);
  await page.goto("/gallery.html");
  const figure = page.locator("heed-recording");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".figure")).toBeVisible(opened);
  await figure.evaluate(
    (element, numbers) => Object.assign(element, { recording: Uint8Array.from(numbers) }),
    Array.from(bytes),
  );
  for (const kind of ["encoder", "decoder", "decoder to encoder"])
    await expect(figure.getByRole("radio", { name: kind, exact: true })).toBeAttached();
});

test("one HTML file shows the recording without a network, and without workers", async ({
  page,
  context,
}, testInfo) => {
  await openStories(page, "&head=3.1");
  const { bytes } = await saved(page, "Save one HTML file that shows the recording");
  const path = testInfo.outputPath("recording.html");
  writeFileSync(path, bytes);
  await context.setOffline(true);
  const other = await context.newPage();
  const requests: string[] = [];
  other.on("request", (request) => requests.push(request.url()));
  await other.goto(`file://${path}`);
  const figure = other.locator("heed-recording");
  await expect(figure.locator(".message")).toContainText("pocket stories: 12 heads, 33 tokens, weights in 8 bits.");
  await expect(figure.locator(".reading")).toContainText(/^Query 32 “was” gives most of its attention to .* ± /);
  expect(requests).toHaveLength(1);
  expect(other.workers()).toHaveLength(0);
});

test("the head is saved as picture and numbers, the run as safetensors and NPZ", async ({ page }) => {
  await openStories(page);
  const text = async (label: string) => new TextDecoder().decode((await saved(page, label)).bytes);
  const svg = await text("Save the map as SVG");
  expect(svg).toContain("pocket stories: Layer 1, head 1");
  expect(await text("Save the weights as CSV")).toMatch(/^query,key,weights\r\n0 one,0 one,1\r\n/);
  expect((await saved(page, "Save the map as PNG, twice the size on screen")).bytes.slice(1, 4)).toEqual(
    Uint8Array.from([0x50, 0x4e, 0x47]),
  );
  const run = await saved(page, "Save weights, hidden states and logits as safetensors");
  const length = Number(new DataView(run.bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(run.bytes.subarray(8, 8 + length)));
  expect(header["attentions.2"]).toMatchObject({ dtype: "F32", shape: [1, 4, 33, 33] });
  expect(header["hidden_states.3"].shape).toEqual([1, 33, 96]);
  expect(header.logits.shape).toEqual([1, 33, 363]);
  expect(header.input_ids).toMatchObject({ dtype: "I32", shape: [1, 33] });
  expect((await saved(page, "Save weights, hidden states and logits as npz")).name).toBe("pocket-stories-run.npz");
});

async function openGallery(page: Page) {
  await page.goto("/gallery.html");
  const figure = page.locator("heed-recording");
  await figure.evaluate((element) => element.scrollIntoView());
  await expect(figure.locator(".token").first()).toBeVisible(opened);
  return figure;
}

test("a token that is pointed at is read, one that is clicked is kept, in the text and in the map", async ({
  page,
}) => {
  const figure = await openGallery(page);
  const tokens = figure.locator(".token");
  await tokens.nth(4).hover();
  await expect(figure.locator(".reading")).toContainText("Query 4 “Clara” gives most of its attention to");
  await tokens.nth(4).click();
  await page.mouse.move(0, 0);
  await expect(tokens.nth(4)).toHaveAttribute("aria-pressed", "true");
  await expect(figure.locator(".reading")).toContainText("Query 4 “Clara”");
  await expect(figure.locator(".exact")).toHaveText(
    /^entropy of query 4, before the weights were rounded: [\d.]+ nats over 5 visible keys$/,
  );
  const tint = (i: number) => tokens.nth(i).evaluate((element) => element.style.getPropertyValue("--tint"));
  expect(await tint(5)).toBe("0%");
  await figure.getByRole("radio", { name: "receives" }).check();
  expect(await tint(3)).toBe("0%");
  expect(await tint(5)).not.toBe("0%");
  // The keyboard reaches the token after it.
  await tokens.nth(4).focus();
  await page.keyboard.press("ArrowRight");
  await expect(tokens.nth(5)).toBeFocused();
});

test("a recording that is none is refused with what is wrong", async ({ page }) => {
  const figure = await openGallery(page);
  await figure.evaluate((element) => element.setAttribute("src", "./favicon.svg"));
  await expect(figure.locator(".message")).toContainText("avicon.svg: it is no safetensors file, and so no recording");
  await page.route("**/nothing.heed", (route) => route.fulfill({ status: 404 }));
  await figure.evaluate((element) => element.setAttribute("src", "./nothing.heed"));
  await expect(figure.locator(".message")).toContainText("othing.heed: the server answered 404.");
  await figure.evaluate((element) => element.setAttribute("src", "./example.heed"));
  await expect(figure.locator(".message")).toContainText("pocket stories: 12 heads");
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1200, 390])
    test(`axe finds nothing in a recording, and nothing sticks out: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      const figure = await openGallery(page);
      await figure.locator("summary").click();
      expect(await violationsOf(page, "heed-recording")).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });

test("nothing sticks out of a recording and its numbers, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  const figure = await openGallery(page);
  await figure.locator("summary").click();
  await expectInside(figure);
});

for (const width of [1200, 390])
  test(`axe finds nothing in the panel of what can be saved: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openStories(page);
    await page.getByRole("button", { name: "take away" }).click();
    expect(await violationsOf(page, ".export-menu")).toEqual([]);
    const box = await page.locator(".export-menu .menu-panel").boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  });
