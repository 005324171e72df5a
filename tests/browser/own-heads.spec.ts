import { expect, type Locator, type Page, test } from "@playwright/test";
import { violationsOf } from "./violations";

const looksBack = (back: number) =>
  Array.from({ length: 6 }, (_, query) =>
    Array.from({ length: 6 }, (_, key) => Number(key === Math.max(0, query - back))),
  );
const even = Array.from({ length: 6 }, (_, query) =>
  Array.from({ length: 6 }, (_, key) => (key <= query ? 1 / (query + 1) : 0)),
);
const tokens = ["the", "cat", "saw", "the", "cat", "."];
const twoLayers = {
  weights: [
    [looksBack(0), looksBack(1), even],
    [looksBack(1), looksBack(2), even],
  ],
  tokens,
};

async function open(page: Page): Promise<Locator> {
  await page.goto("/");
  const figure = page.locator("heed-heads");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure).toHaveClass(/drawn/, { timeout: 15_000 });
  return figure;
}

const own = (figure: Locator) => figure.getByRole("region", { name: "Your heads" });
const file = (name: string, value: unknown) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(JSON.stringify(value)),
});
const choose = (figure: Locator, name: string, value: unknown) =>
  figure.locator("input[type=file]").setInputFiles(file(name, value));

test("heads of a file are measured, grouped and compared as Heed’s own, and its heads come back", async ({ page }) => {
  const figure = await open(page);
  await choose(figure, "mine.json", twoLayers);
  await expect(figure.locator(".message")).toHaveText(/^mine\.json: weights: 2 layers, 3 heads, 6 queries × 6 keys/);
  await expect(figure).not.toHaveAttribute("aria-busy");
  await expect(own(figure).locator("button")).toHaveCount(6);
  await expect(figure.getByRole("region", { name: "Random heads" })).toBeHidden();
  await expect(figure.locator(".cost")).toBeHidden();
  await expect(own(figure).locator(".source")).toContainText("2 layers of 3. No query has weight for a later key");
  await expect(own(figure).locator(".shift")).toContainText("not known from weights");
  await own(figure).getByRole("button", { name: "Head 1.2" }).hover();
  await expect(figure.locator(".reading")).toContainText(
    /^Head 1\.2 attends 0\.8 tokens back .* 100 % for the previous/,
  );
  // Equal heads of two layers lie side by side.
  const names = await own(figure).locator("button span").allTextContents();
  expect(Math.abs(names.indexOf("1.2") - names.indexOf("2.1"))).toBe(1);
  await own(figure).getByRole("button", { name: "Head 1.1" }).click();
  await own(figure).getByRole("button", { name: "Head 1.3" }).click();
  await expect(figure.locator(".difference .part-title").last()).toHaveText("Head 1.3 − head 1.1");
  await expect(own(figure).getByRole("button", { name: "Head 1.3" })).toHaveAttribute("aria-pressed", "true");
  await figure.getByLabel("heads of").selectOption("layer 2");
  await expect(own(figure).locator("button")).toHaveCount(3);
  await expect(own(figure).getByRole("button", { name: "Head 2.3" })).toBeVisible();
  await figure.getByRole("button", { name: "Show Heed’s heads" }).click();
  await expect(figure.getByRole("region", { name: "Random heads" }).getByRole("switch")).toHaveCount(8);
  await expect(own(figure)).toBeHidden();
  await expect(figure.locator(".reading-line")).toBeHidden();
});

test("a link carries the heads of a file; those that are too many are said to be", async ({ page }) => {
  const figure = await open(page);
  await choose(figure, "mine.json", twoLayers);
  await expect(own(figure).locator("button")).toHaveCount(6);
  const search = await figure.evaluate((element) => (element as HTMLElement & { toSearch(): string }).toSearch());
  await page.goto("about:blank");
  await page.goto(`/#heads~${search.slice(1)}`);
  const again = page.locator("heed-heads");
  await again.scrollIntoViewIfNeeded();
  await expect(own(again).locator("button")).toHaveCount(6);
  const row = new Array(150).fill(1 / 150);
  await choose(again, "large.json", { weights: new Array(150).fill(row) });
  await expect(again.locator(".message")).toContainText("large.json: weights: 1 layer, 1 head");
  expect(await again.evaluate((element) => (element as HTMLElement & { unlinkable: string }).unlinkable)).toContain(
    "too many for a link",
  );
});

test("how a file is read can be changed, by keys; what cannot be compared is said with its place", async ({ page }) => {
  const figure = await open(page);
  await choose(figure, "scores.json", {
    scores: [
      [
        [0.5, -1],
        [2, 0.25],
      ],
    ],
  });
  await expect(figure.locator(".message")).toContainText("scores.json: scores: 1 layer, 1 head");
  await expect(own(figure).locator("button")).toHaveCount(1);
  await expect(figure.locator(".reading")).toContainText("With one head there is no divergence");
  const values = figure.getByRole("radio", { name: "shown as they are" });
  await values.focus();
  await page.keyboard.press("Space");
  await expect(figure.locator(".message")).toContainText("head 1 has -1 in row 0, column 1");
  await choose(figure, "mine.json", twoLayers);
  await expect(own(figure).locator("button")).toHaveCount(6);
  await figure.getByRole("button", { name: "transpose" }).press("Enter");
  await expect(own(figure).locator(".source")).toContainText("2 layers of 3.");
  await expect(own(figure).locator(".source")).not.toContainText("read as causal");
});

test("text can be pasted and files dropped; what is no attention is refused by name, and the heads stay", async ({
  page,
}) => {
  const figure = await open(page);
  await figure.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  }, JSON.stringify(twoLayers));
  await expect(figure.locator(".message")).toContainText("pasted text: weights: 2 layers");
  await figure.locator(".drawing").evaluate((element) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["GGUF\u0003\0\0\0"], "llama.gguf"));
    element.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, composed: true }));
  });
  await expect(figure.locator(".message")).toContainText("llama.gguf");
  await expect(figure.locator(".message")).toContainText("GGUF");
  await expect(own(figure).locator("button")).toHaveCount(6);
});

for (const width of [390, 1200])
  for (const colorScheme of ["light", "dark"] as const)
    test(`own heads at ${width} in ${colorScheme} have no violations`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const figure = await open(page);
      await choose(figure, "mine.json", twoLayers);
      await expect(own(figure).locator("button")).toHaveCount(6);
      expect(await violationsOf(page, "heed-heads")).toEqual([]);
    });
