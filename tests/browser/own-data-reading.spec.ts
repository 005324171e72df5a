/** How a reader's file is read: what is said of it, and that each part of it can be changed. */
import { readFile } from "node:fs/promises";
import { expect, type Locator, test } from "@playwright/test";
import { causalMap, floats, npyFloats, npyText, npz, safetensors } from "../web/support/number-files";
import { expectInside } from "./beyond";
import { layout } from "./font-sets.mjs";
import { openOwnData } from "./own-data-page";
import { violationsOf } from "./violations";

async function show(figure: Locator, name: string, content: Uint8Array | string) {
  const buffer = Buffer.from(content as string);
  await figure.locator("input[type=file]").setInputFiles({ name, mimeType: "", buffer });
  await expect(figure.locator(".message")).toContainText(name);
  await expect(figure).not.toHaveAttribute("aria-busy");
}

const line = (figure: Locator) => figure.getByRole("group", { name: "How the file is read", exact: true });
const message = (figure: Locator) => figure.locator(".message");

test("a file that the reader opens while the page's own is still being read is the one that stays", async ({
  page,
}) => {
  // What reads files is held back until both were chosen.
  let isHeld = () => {};
  const held = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/assets/file-reading-*.js", async (route) => {
    isHeld();
    await released;
    await route.continue();
  });
  await page.goto("/");
  const figure = page.locator("heed-attention");
  await figure.scrollIntoViewIfNeeded();
  await held;
  const buffer = Buffer.from(
    JSON.stringify({
      weights: [
        [1, 0],
        [0.5, 0.5],
      ],
    }),
  );
  await figure.locator("input[type=file]").setInputFiles({ name: "mine.json", mimeType: "", buffer });
  release();
  await expect(message(figure)).toHaveText(/^mine\.json: weights: 1 layer, 1 head, 2 queries × 2 keys\./);
  await expect(figure).not.toHaveAttribute("aria-busy");
  await expect(message(figure)).toHaveText(/^mine\.json/);
});

test("layers in an archive; each tensor can be chosen alone", async ({ page }) => {
  const figure = await openOwnData(page);
  const layers = Array.from({ length: 12 }, (_, i) => [
    `arr_${i}`,
    npyFloats([1, 1, 3, 3], causalMap(3, (i + 1) / 100)),
  ]);
  await show(figure, "model.npz", npz(Object.fromEntries(layers)));
  await expect(message(figure)).toHaveText(
    "model.npz: weights: 12 layers, 1 head, 3 queries × 3 keys; arr_0 … arr_11 are read as layers.",
  );
  await expect(figure.getByRole("button", { name: "Layer 12, head 1" })).toBeVisible();
  await line(figure).getByLabel("weights", { exact: true }).selectOption("arr_10");
  await expect(message(figure)).toHaveText("model.npz: weights: 1 layer, 1 head, 3 queries × 3 keys.");
  await figure.locator(".cells").focus();
  await page.keyboard.press("Control+End");
  await expect(figure.locator(".reading")).toContainText("a weight of 0.110");
});

test("an encoder and a decoder: the maps can be chosen, and an oblong one transposed", async ({ page }) => {
  const figure = await openOwnData(page);
  const weights = (queries: number, keys: number) =>
    npyFloats([2, 1, queries, keys], new Array(2 * queries * keys).fill(1 / keys));
  const tokens = { encoder_tokens: npyText(["a", "b", "c"]), decoder_tokens: npyText(["A", "B", "C", "D"]) };
  const maps = {
    encoder_attentions: weights(3, 3),
    decoder_attentions: weights(4, 4),
    cross_attentions: weights(4, 3),
  };
  await show(figure, "t5.npz", npz({ ...maps, ...tokens }));
  await line(figure).getByLabel("which maps", { exact: true }).selectOption("cross");
  await expect(message(figure)).toContainText("4 queries × 3 keys");
  await expect(figure.locator(".single text.query").nth(3)).toHaveText("D");
  await expect(figure.locator(".single text.key").nth(2)).toHaveText("c");
  await line(figure).getByRole("button", { name: "transpose" }).click();
  await expect(message(figure)).toContainText("3 queries × 4 keys");
});

test("a batch: the sequence and the axes can be chosen, and a link holds both", async ({ page }) => {
  const figure = await openOwnData(page);
  const values = [0, 1, 2].flatMap((b) => [1, 0, 0.5 - b / 10, 0.5 + b / 10]);
  await show(figure, "batch.json", JSON.stringify({ attentions: { shape: [3, 1, 2, 2], data: values } }));
  await expect(message(figure)).toContainText("weights: 3 layers, 1 head");
  await line(figure).getByLabel("axis 1, of length 3").selectOption("batch");
  await expect(message(figure)).toContainText("weights: 1 layer, 1 head");
  const sequence = line(figure).getByRole("spinbutton", { name: "sequence" });
  await sequence.fill("3");
  await sequence.press("Enter");
  await figure.locator(".cells").focus();
  await page.keyboard.press("Control+End");
  await expect(figure.locator(".reading")).toContainText("0.7");
  const search = await figure.evaluate((element) => (element as HTMLElement & { toSearch(): string }).toSearch());
  expect(search).toContain("attention-sequence=3");
  expect(search).toContain("attention-axes=batch,head,query,key");
});

test("a model that does not divide by √d: the scale can be set, and it is said which was used", async ({ page }) => {
  const figure = await openOwnData(page);
  const vector = (first: number) => [first, ...new Array<number>(63).fill(0)];
  await show(figure, "t5.json", JSON.stringify({ query: [vector(8)], key: [vector(1), vector(0)] }));
  await expect(line(figure)).toContainText("scale 1/√64 = 0.125");
  await expect(figure.locator(".note")).toContainText("largest weight 0.731");
  await line(figure).getByRole("radio", { name: "1", exact: true }).check({ force: true });
  await expect(figure.locator(".note")).toContainText("largest weight 1.000");
  await expect(figure.locator(".note")).toContainText("smallest 0.000335");
  await expect(line(figure)).toContainText("scale 1");
});

test("scores: softmax is taken, and can be left out", async ({ page }) => {
  const figure = await openOwnData(page);
  await show(figure, "table.csv", "0,-inf\n-1,1\n");
  await expect(message(figure)).toContainText(
    "scores: 1 layer, 1 head, 2 queries × 2 keys; there are negative numbers",
  );
  await expect(figure.locator(".note")).toContainText("The sum of every row is 1.");
  await line(figure).getByRole("radio", { name: "shown as they are" }).check({ force: true });
  await expect(figure.locator(".note")).toContainText("are these scores before softmax?");
});

test("tokens of a second file, and typed ones; a wrong number of them is said", async ({ page }) => {
  const figure = await openOwnData(page);
  await show(figure, "weights.json", "[[1, 0], [0.5, 0.5]]");
  await figure
    .locator("input[type=file]")
    .setInputFiles({ name: "tokens.json", mimeType: "", buffer: Buffer.from('["ĠThe", "Ġcat"]') });
  await expect(figure.locator(".single text.key").nth(1)).toHaveText("cat");
  await line(figure).getByText("tokens", { exact: true }).click();
  await line(figure)
    .getByRole("textbox", { name: /Tokens/ })
    .fill("one\ntwo\nthree");
  await line(figure).getByRole("button", { name: "Use these tokens" }).click();
  await expect(message(figure)).toContainText("3 tokens for 2 positions: the axes are numbered");
});

test("tokens with control characters, half a pair of surrogates, from right to left: shown, and the SVG is XML", async ({
  page,
}) => {
  const figure = await openOwnData(page);
  const tokens = ["<s>", "\u0003", "\u001b[31m", "\ud83d", "Ġè¿Ļæĺ¯", "▁\n", "שלום", "👩‍👩‍👧"];
  const weights = tokens.map((_, query) => tokens.map((__, key) => (key <= query ? 1 / (query + 1) : 0)));
  await show(figure, "tokens.json", JSON.stringify({ weights, tokens }));
  await expect(figure.locator(".single text.key").nth(1)).toHaveText("␃");
  await expect(figure.locator(".single text.key").nth(4)).toHaveText(" 这是");
  await figure.getByRole("button", { name: "save", exact: true }).click();
  const saved = async (name: string) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      figure.getByRole("button", { name, exact: true }).click(),
    ]);
    return readFile(await download.path());
  };
  const svg = (await saved("Save as SVG")).toString();
  const root = await page.evaluate(
    (text) => new DOMParser().parseFromString(text, "image/svg+xml").documentElement.localName,
    svg,
  );
  expect(root).toBe("svg");
  for (const part of ["␃", "␛[31m", "这是", "שלום", "👩‍👩‍👧"]) expect(svg).toContain(part);
  const png = await saved("Save as PNG, 1 times the size on screen");
  expect(png.subarray(1, 4).toString()).toBe("PNG");
});

test("what can be read is shown, and what cannot is named", async ({ page }) => {
  const figure = await openOwnData(page);
  const attn = { dtype: "F32", shape: [2, 2], bytes: floats([1, 0, 0.5, 0.5]) };
  await show(
    figure,
    "some.safetensors",
    safetensors({ attn, other: { dtype: "F4", shape: [4], bytes: new Uint8Array(2) } }),
  );
  await expect(message(figure)).toContainText(
    "weights: 1 layer, 1 head, 2 queries × 2 keys; other is not read: other is of type F4",
  );
  await show(
    figure,
    "pointer.safetensors",
    "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 548105171\n",
  );
  await expect(message(figure)).toContainText("a pointer of Git LFS, not the file itself: run “git lfs pull”");
});

test("two files are two sets of maps", async ({ page }) => {
  const figure = await openOwnData(page);
  const file = (name: string, last: number) => ({
    name,
    mimeType: "",
    buffer: Buffer.from(npyFloats([1, 2, 2], [1, 0, 1 - last, last])),
  });
  await figure.locator("input[type=file]").setInputFiles([file("before.npy", 0.25), file("after.npy", 0.75)]);
  await expect(message(figure)).toContainText("before.npy and after.npy: weights: 1 layer, 1 head, 2 queries × 2 keys");
  await line(figure).getByLabel("which maps", { exact: true }).selectOption("after/after");
  await expect(figure.locator(".note")).toContainText("largest weight 1.000");
});

/** A file of which everything can be chosen: the maps, the order of the axes, examples, the tokens. */
async function showAllChoices(figure: Locator): Promise<void> {
  const map = npyFloats(
    [2, 3, 2, 2, 2],
    Array.from({ length: 48 }, (_, i) => [1, 0, 0.5, 0.5][i % 4] ?? 0),
  );
  // Names may be longer than a phone is wide.
  const other = `other_${"attentions".repeat(8)}`;
  await show(figure, "all.npz", npz({ attentions: map, [other]: map, tokens: npyText(["a", "b"]) }));
  await line(figure).getByText("tokens", { exact: true }).click();
}

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing where everything can be chosen, nothing sticks out on a phone: ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 844 });
    const figure = await openOwnData(page);
    await showAllChoices(figure);
    expect(await violationsOf(page, "heed-attention")).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

test("nothing sticks out where everything can be chosen, at 320 px", { tag: layout }, async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 844 });
  const figure = await openOwnData(page);
  await showAllChoices(figure);
  await expectInside(figure);
});
