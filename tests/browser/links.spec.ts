/** Links to figures of the article: each shows its figure exactly as it was, however long that takes to say. */
import { inflateSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

type WithState = HTMLElement & { state: object };

async function near(page: Page, id: string) {
  const figure = page.locator(`#${id}`);
  await expect(async () => {
    await figure.scrollIntoViewIfNeeded();
    expect(await figure.evaluate((element) => element.matches(":defined"))).toBe(true);
  }).toPass();
  return figure;
}

/** The state that an address holds packed behind its "~", in zlib's format; nothing where none is. */
function unpacked(address: string): string {
  const packed = /~([\w-]+)$/.exec(address)?.[1];
  return packed ? inflateSync(Buffer.from(packed, "base64url")).toString() : "";
}

async function copyLink(page: Page, id: string): Promise<string> {
  const figure = page.locator(`#${id}`);
  await figure.getByRole("button", { name: "share", exact: true }).click();
  await figure.getByRole("button", { name: "Copy a link" }).click();
  await expect(figure.getByText("Copied. The link shows")).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** Every setting of every figure away from its default. */
const states: Readonly<Record<string, object>> = {
  notebook: {
    ...{ tokens: 6, width: 32, heads: 2, seed: 7, temperature: 0.5, mask: "causal" },
    locked: { query: 3, key: 1, map: 2 },
  },
  "look-up": {
    ...{ count: 5, temperature: 0.4, query: { x: -1, y: 0.5 } },
    keys: [
      [2, 1],
      [0.2, 1.6],
      [-1.8, 0.4],
      [0.6, -1.4],
      [-1.1, 1.3],
      [-0.9, -1.2],
      [2.2, -0.8],
      [1.25, 1.7],
    ],
  },
  masks: { mask: "painted", tokens: 10, before: 1, after: 2, real: 3, prefix: 4, seed: 5, cell: { query: 6, key: 2 } },
  generation: { arrived: 7, mask: "none", seed: 3 },
  sentence: {
    ...{ layer: 2, head: 3, colours: "log", first: "left out", top: 40, tokens: [2, 5] },
    text: "Clara stopped because she was tired.",
  },
  "long-map": {
    ...{ tokens: 4096, seed: 3, mask: "none", reduce: "sum", scale: "linear" },
    ...{ view: { query: 512, key: 256, span: 1024 }, locked: { query: 700, key: 300 } },
  },
};

for (const [id, change] of Object.entries(states))
  test(`a link to #${id} has all of its state`, async ({ page }) => {
    await page.goto("/");
    const figure = await near(page, id);
    await figure.evaluate((element, values) => {
      const { state } = element as WithState;
      const points = (value: unknown) =>
        Array.isArray(value) && Array.isArray(value[0]) ? value.map(([x, y]) => ({ x, y })) : value;
      const given = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, points(value)]));
      const painted = (state as { painted?: { size: number; open: Uint8Array } }).painted;
      // A painting of its own.
      const more = painted
        ? { painted: { size: 10, open: Uint8Array.from({ length: 100 }, (_, i) => ((i * 7) % 3) & 1) } }
        : {};
      (element as WithState).state = { ...state, ...given, ...more };
    }, change);
    const state = () => figure.evaluate((element) => JSON.stringify((element as WithState).state));
    const before = await state();
    const link = await copyLink(page, id);
    await page.goto("about:blank");
    await page.goto(link);
    await near(page, id);
    await expect.poll(state).toBe(before);
    await expect(figure).toBeInViewport();
    await expect(figure.locator(".message.refusal")).toHaveCount(0);
  });

test("a reader's text stands behind the #, packed where it is long, and no server gets to know it", async ({
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(`${request.url().split("#")[0]} ${request.headers().referer ?? ""}`));
  await page.goto("/?sentence-layer=3#sentence");
  const figure = await near(page, "sentence");
  const text = figure.getByRole("textbox", { name: "Your text" });
  const long = "Clara took the lantern to the mill with the flute. ".repeat(36).trim();
  await text.fill(long);
  await text.blur();
  await expect.poll(() => page.url()).toMatch(/\/#sentence~[\w-]+$/);
  expect(page.url().length).toBeLessThan(400);
  await page.reload();
  await near(page, "sentence");
  await expect(text).toHaveValue(long);
  await expect(figure.locator(".title")).toContainText("Layer 3");
  await text.fill("Clara took the lantern.");
  await text.blur();
  await expect
    .poll(() => page.url())
    .toMatch(/\/#sentence~sentence-text=Clara\+took\+the\+lantern\.&sentence-layer=3$/);
  await page.reload();
  await near(page, "sentence");
  await expect(text).toHaveValue("Clara took the lantern.");
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((request) => request.includes("Clara"))).toEqual([]);
  // Settings alone stand in the query again.
  await text.fill("");
  await text.blur();
  await expect.poll(() => page.url()).toMatch(/\/\?sentence-layer=3#sentence$/);
});

test("numbers that a reader opens stay in the address, which no server sees, and in the code for a page", async ({
  page,
}) => {
  await page.goto("/");
  const figure = await near(page, "own-numbers");
  const weights = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 12 }, (_, j) => Math.fround((i + 2) ** (j % 5) % 1.37)),
  );
  const buffer = Buffer.from(JSON.stringify({ weights: [weights, weights], tokens: weights.map((_, i) => `t${i}`) }));
  await figure.locator("input[type=file]").setInputFiles({ name: "mine.json", mimeType: "", buffer });
  const message = figure.locator(".message");
  // The page's own numbers have a Head 2 too, until the file has been read.
  await expect(message).toHaveText("mine.json: weights: 1 layer, 2 heads, 12 queries × 12 keys.");
  await figure.getByRole("button", { name: "Head 2" }).click();
  await figure.locator(".cells").click();
  // The address follows once the reader rests: what stands in it before is not the weight that was clicked.
  await expect.poll(() => unpacked(page.url())).toMatch(/^attention-head=2&attention-cell=\d/);
  expect(page.url()).toMatch(/\/#own-numbers~[\w-]+$/);
  const seen = () =>
    Promise.all([".reading", ".note", ".title", ".message"].map((part) => figure.locator(part).first().textContent()));
  const before = await seen();
  await page.reload();
  await near(page, "own-numbers");
  await expect(message).toHaveText("mine.json: weights: 1 layer, 2 heads, 12 queries × 12 keys.");
  await expect.poll(seen).toEqual(before);
  await figure.getByRole("button", { name: "share", exact: true }).click();
  await figure.getByRole("button", { name: "Put the figure on a page" }).click();
  const builder = page.locator("dialog.builder");
  await expect(builder.getByLabel("Code")).toHaveValue(
    /<heed-attention><script type="application\/json">\{"weights":\{"shape":\[2,12,12\]/,
  );
  await expect(builder.locator("heed-attention .message")).toContainText("weights: 1 layer, 2 heads, 12 queries");
  await expect(builder.getByRole("radio", { name: "iframe" })).toHaveCount(0);
});

test("what no link can hold is said", async ({ page }) => {
  await page.goto("/");
  const figure = await near(page, "own-numbers");
  const random = (i: number) => Math.fround(Math.abs(Math.sin(i) * 43758.5453) % 1);
  const rows = Array.from({ length: 150 }, (_, i) => Array.from({ length: 150 }, (_, j) => random(150 * i + j)));
  const buffer = Buffer.from(JSON.stringify(rows));
  await figure.locator("input[type=file]").setInputFiles({ name: "large.json", mimeType: "", buffer });
  await expect(figure.locator(".message")).toContainText("large.json: weights");
  await figure.getByRole("button", { name: "share", exact: true }).click();
  await figure.getByRole("button", { name: "Copy a link" }).click();
  await expect(figure.locator(".menu-status").first()).toContainText("These numbers are too many for a link");
});
