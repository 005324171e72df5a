import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { unzipSync } from "fflate";
import { floatsOf } from "../../web/src/formats/element-types";
import { readNpy } from "../../web/src/formats/npy";
import { errorsOf, NotebookPage } from "./notebook-page";

async function save(page: Page, figure: Locator, what: string): Promise<Buffer> {
  const panel = figure.getByRole("dialog", { name: "Save the figure" });
  if (!(await panel.isVisible())) await figure.getByRole("button", { name: "save", exact: true }).click();
  const button = panel.getByRole("button", { name: what, exact: true });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  await expect(panel.getByRole("status")).toHaveText(/^Saved as /);
  return readFile(await download.path());
}

const savePng = (page: Page, figure: Locator, scale: number) =>
  save(page, figure, `Save as PNG, ${scale} times the size on screen`);

/** Width and height stand in the first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) });

/** What a browser makes of the SVG as a document of its own. */
async function parsed(page: Page, svg: Buffer) {
  return page.evaluate(async (text) => {
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const images = [...root.querySelectorAll("image")];
    const sizes = images.map(async (node) => {
      const image = new Image();
      image.src = node.getAttribute("href") ?? "";
      await image.decode();
      return `${image.naturalWidth} × ${image.naturalHeight}`;
    });
    const names = new Set([...root.querySelectorAll("*")].map((node) => node.localName));
    return {
      root: root.localName,
      texts: [...root.querySelectorAll("text")].map((node) => node.textContent ?? ""),
      images: await Promise.all(sizes),
      names: [...names].sort(),
      styled: root.querySelectorAll("[style], [class]").length,
    };
  }, svg.toString());
}

test("the SVG has title, settings, labels, legend, sentence, caption and source as text, and sharp cells", async ({
  page,
}) => {
  const errors = errorsOf(page);
  const notebook = new NotebookPage(page);
  await notebook.open("?cell=4,2&map=3");
  const { root, texts, images, names, styled } = await parsed(page, await save(page, notebook.figure, "Save as SVG"));
  expect(root).toBe("svg");
  const all = texts.join(" ");
  for (const part of [
    "Attention, single-head and multi-head",
    "tokens 8, width 64, heads 4, seed 42, temperature 1, mask none",
    "key",
    "query",
    "Head 3",
    "weight, linear, the same for all heads",
    "0.629",
    "equal weights",
    "Statistics of each map",
    "1.9182",
    "The single head has no projections. There, the score of a token with itself is its squared length",
    "random weights, seed 42 · http://localhost",
    "?cell=4,2&map=3",
  ])
    expect(all).toContain(part);
  // Enlarged by a whole number, as programs other than browsers blur what they enlarge.
  expect(images.filter((size) => /^(\d+) × \1$/.test(size) && Number.parseInt(size, 10) % 8 === 0)).toHaveLength(5);
  for (const size of images.filter((each) => /^(\d+) × \1$/.test(each)))
    expect(Number.parseInt(size, 10)).toBeGreaterThan(500);
  // Nothing that only browsers draw, and nothing that a strict policy forbids.
  const plain = ["circle", "defs", "g", "image", "line", "path", "pattern", "rect", "svg", "text", "title", "tspan"];
  expect(names.filter((name) => !plain.includes(name))).toEqual([]);
  expect(styled).toBe(0);
  expect(errors).toEqual([]);
});

test("the PNG shows the colours on screen, at one, two and three times the size", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  const [once, twice, thrice] = [
    await savePng(page, notebook.figure, 1),
    await savePng(page, notebook.figure, 2),
    await savePng(page, notebook.figure, 3),
  ].map(sizeOf);
  expect(twice).toEqual({ width: 2 * (once?.width ?? 0), height: 2 * (once?.height ?? 0) });
  expect(thrice).toEqual({ width: 3 * (once?.width ?? 0), height: 3 * (once?.height ?? 0) });

  const png = await savePng(page, notebook.figure, 1);
  const colors = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const seen = new Map<string, number>();
    const { data } = context?.getImageData(0, 0, bitmap.width, bitmap.height) ?? { data: [] };
    for (let i = 0; i < data.length; i += 4) {
      const name = [data[i], data[i + 1], data[i + 2]].join();
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    return Object.fromEntries(seen);
  }, png.toString("base64"));
  // The colour of each map's largest weight fills at least a cell: some 60 px a side for one head, 30 for the others.
  const figures = await notebook.figure.locator(".cells").all();
  expect(figures.length).toBe(5);
  for (const [map, cells] of figures.entries()) {
    const color = await cells.evaluate((element) => {
      const context = element.querySelector("canvas")?.getContext("2d");
      const cell = context?.getImageData(0, 0, 1, 1).data ?? [];
      return [cell[0], cell[1], cell[2]].join();
    });
    expect(colors[color], `the colour of query 0, key 0 in map ${map}`).toBeGreaterThan(map === 0 ? 2000 : 500);
  }
});

test("a long map comes with pixels and numbers for each of its weights", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?tokens=1024&heads=1&width=64");
  const svg = await save(page, notebook.figure, "Save as SVG");
  const { images } = await parsed(page, svg);
  expect(images.filter((size) => size === "1024 × 1024")).toHaveLength(2);
  const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg.toString()) ?? [];
  const png = await savePng(page, notebook.figure, 2);
  expect(sizeOf(png)).toEqual({ width: 2 * Number(width), height: 2 * Number(height) });
  const files = unzipSync(await save(page, notebook.figure, "Save the numbers as NPY"));
  const weights = await readNpy(files["weights.npy"] as Uint8Array<ArrayBuffer>, "weights");
  if (!("data" in weights)) throw new Error("the weights are no numbers");
  expect(weights.shape).toEqual([2, 1024, 1024]);
  // Every row is a softmax; float32 sums of 1,024 numbers are right to 1,024 halves of the last bit.
  for (let row = 0; row < 2 * 1024; row += 127) {
    const sum = floatsOf(weights)
      .subarray(row * 1024, (row + 1) * 1024)
      .reduce((total, weight) => total + weight, 0);
    expect(Math.abs(sum - 1), `row ${row}`).toBeLessThan(1024 * 2 ** -24);
  }
});

test("the numbers are those of the core, in every form", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  const json = JSON.parse((await save(page, notebook.figure, "Save the numbers as JSON")).toString());
  expect(json.weights.shape).toEqual([5, 8, 8]);
  expect(json.weights.axes[0].labels).toEqual(["One head", "Head 1", "Head 2", "Head 3", "Head 4"]);
  // The notebook printed 0.878 and, for head 3, a largest weight of 0.6292.
  expect(json.weights.data[0].toFixed(3)).toBe("0.878");
  expect(Math.max(...json.weights.data.slice(3 * 64, 4 * 64)).toFixed(4)).toBe("0.6292");
  const csv = (await save(page, notebook.figure, "Save the numbers as CSV")).toString().split("\r\n");
  expect(csv[0]).toBe("map,query,key,weights");
  expect(csv[1]).toBe(`One head,0,0,${json.weights.data[0]}`);
  const npz = await save(page, notebook.figure, "Save the numbers as NPY");
  expect(npz.subarray(0, 2).toString()).toBe("PK");
});

test("tokens that XML forbids are shown by other characters, and their picture can be saved as SVG and as PNG", async ({
  page,
}) => {
  await page.goto("/");
  const figure = page.locator("heed-attention");
  await figure.scrollIntoViewIfNeeded();
  const tokens = ["<s>", "\u0003", "\u001b[31m", "\ud83d", "Ġè", "▁\n"];
  const weights = tokens.map((_, query) => tokens.map((_, key) => (key <= query ? 1 / (query + 1) : 0)));
  const file = {
    name: "bell \u0007.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify({ weights, tokens })),
  };
  await figure.locator("input[type=file]").setInputFiles(file);
  await expect(figure.locator(".message")).toContainText("6 queries × 6 keys");
  const shown = ["<s>", "␃", "␛[31m", "\\ud83d", " <0xE8>", " ␊"];
  await expect(figure.locator(".ticks text.query")).toHaveText(shown);
  const { root, texts } = await parsed(page, await save(page, figure, "Save as SVG"));
  expect(root).toBe("svg");
  expect(texts).toEqual(expect.arrayContaining(shown));
  const { width, height } = sizeOf(await savePng(page, figure, 1));
  expect(Math.min(width, height)).toBeGreaterThan(200);
});

test("the image can be copied, and a link that opens the same figure", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const notebook = new NotebookPage(page);
  await notebook.open("?tokens=5&seed=7&cell=2,1");
  await notebook.figure.getByRole("button", { name: "save", exact: true }).click();
  await notebook.figure.getByRole("button", { name: "Copy as an image" }).click();
  await expect(notebook.figure.getByText("Copied as an image.")).toBeVisible();
  const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
  expect(types).toEqual(["image/png"]);
  await page.keyboard.press("Escape");

  await notebook.figure.getByRole("button", { name: "share" }).click();
  await notebook.figure.getByRole("button", { name: "Copy a link" }).click();
  await expect(notebook.figure.getByText("Copied. The link shows")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const reading = await notebook.reading.textContent();
  await page.goto("about:blank");
  await page.goto(link);
  await notebook.settled();
  expect(await notebook.reading.textContent()).toBe(reading);
  await expect(notebook.setting("tokens")).toHaveValue("5");
});

test("the builder writes the code for a page, and shows the figure as it will be there", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open("?tokens=5&mask=causal");
  await notebook.figure.getByRole("button", { name: "share" }).click();
  await notebook.figure.getByRole("button", { name: "Put the figure on a page" }).click();
  const builder = page.locator("dialog.builder");
  await expect(builder.getByLabel("Code")).toHaveValue(/<heed-notebook tokens="5" mask="causal"><\/heed-notebook>/);
  const preview = builder.locator("heed-notebook");
  await expect(preview.locator(".controls").first()).toBeVisible();
  await builder.getByRole("radio", { name: "hidden" }).check({ force: true });
  await expect(builder.getByLabel("Code")).toHaveValue(/controls="none"/);
  await expect(preview.locator(".controls").first()).toBeHidden();
  await builder.getByRole("radio", { name: "iframe" }).check({ force: true });
  await expect(builder.getByLabel("Code")).toHaveValue(
    /<iframe src="[^"]*embed\.html\?figure=heed-notebook&amp;tokens=5/,
  );
  await builder.getByRole("spinbutton", { name: "width" }).fill("400");
  await builder.getByRole("spinbutton", { name: "width" }).press("Enter");
  await expect(builder.locator(".builder-preview")).toHaveCSS("width", "400px");
  await builder.getByRole("button", { name: "close" }).click();
  await expect(builder).toHaveCount(0);
});

test("the panel opens and closes by keys, and focus comes back", async ({ page }) => {
  const notebook = new NotebookPage(page);
  await notebook.open();
  const button = notebook.figure.getByRole("button", { name: "save", exact: true });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(button).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Tab");
  await expect(notebook.figure.getByRole("button", { name: "Save as SVG" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await expect(button).toBeFocused();
});
