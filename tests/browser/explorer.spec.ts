import { gzipSync } from "node:zlib";
import { expect, type Page, type Response, test } from "@playwright/test";
import { modelFixture } from "../package/model-fixture.mjs";
import { textBeyond } from "./beyond";
import { choosePicture } from "./choose-picture";
import { cells, exactWeight, pressTo } from "./exact-weight";
import { contentWidth } from "./figure-page";
import { filesToChoose } from "./files-to-choose";
import { layout } from "./font-sets.mjs";
import { canHoldAnswers, holdAnswers, releaseAnswers } from "./held-answers";
import { expectStill, watchShifts } from "./shifts";
import { textSmallerThan } from "./small-text";
import { violationsOf } from "./violations";

const opened = { timeout: 20_000 };

async function openStories(page: Page, search = "") {
  await page.goto(`/explorer.html?model=stories${search}`);
  await expect(page.locator(".predictions li").first()).toBeVisible(opened);
  await expect(page.locator(".layers-view tbody tr")).toHaveCount(4, opened);
}

const chooseFiles = (page: Page, files: Readonly<Record<string, Uint8Array>>) =>
  page.getByLabel("A model's files").setInputFiles(filesToChoose(files));

/** The files of a fixture, given to the chooser of files. */
async function openFixture(page: Page, name: string) {
  const fixture = modelFixture(name);
  await page.goto("/explorer.html");
  await chooseFiles(page, fixture.files);
  await expect(page.locator("#model-facts")).not.toBeEmpty(opened);
  const ids = Array.from(fixture.expected.input_ids?.data ?? []);
  await page.locator("#text").fill(ids.join(" "));
  await expect(page.getByRole("group", { name: "Tokens of the text" }).locator(".token")).toHaveText(ids.map(String));
  return { fixture, ids };
}

const headButton = (page: Page, name: RegExp) => page.locator(".grid-view").getByRole("button", { name });

for (const [name, causal] of [
  ["gpt2", true],
  ["llama", true],
  ["roberta", false],
] as const)
  test(`${name}: numbers read off the page are transformers' own`, async ({ page }) => {
    const { fixture, ids } = await openFixture(page, name);
    const { expected } = fixture;
    const size = ids.length;
    for (const [layer, head] of [
      [0, 0],
      [1, 3],
    ] as const) {
      await headButton(page, new RegExp(`^Layer ${layer + 1}, head ${head + 1}\\b`)).click();
      await expect(page.locator(".head-title")).toHaveText(`Layer ${layer + 1}, head ${head + 1}`);
      await expect(page.locator(".head-view")).not.toHaveClass(/waiting/);
      const weights = expected[`attentions.${layer}`]?.data ?? [];
      for (let step = 0; step < 6; step++) {
        const [query, key] = causal ? [step, Math.max(0, step - 1)] : [step, size - 1 - step];
        await pressTo(page, query, key);
        const wanted = weights[(head * size + query) * size + key] as number;
        // As the package's test has it: the rounding of float32 in another order.
        expect(Math.abs((await exactWeight(page)) - wanted)).toBeLessThan(2e-5);
      }
    }
    const logits = expected.logits;
    const vocabulary = logits?.shape.at(-1) ?? 0;
    const kept = expected["logits.positions"]?.data;
    const last = size - 1;
    const row = kept ? Array.from(kept).indexOf(last) : last;
    expect(row).toBeGreaterThanOrEqual(0);
    const ofLast = Array.from({ length: vocabulary }, (_, id) => logits?.data[row * vocabulary + id] as number);
    await page.locator(".token").last().click();
    await expect(page.locator(".predictions li")).toHaveCount(10);
    const best = [...ofLast.keys()].sort((a, b) => (ofLast[b] as number) - (ofLast[a] as number)).slice(0, 10);
    await expect(page.locator(".predictions .name")).toHaveText(best.map(String));
    const most = ofLast[best[0] as number] as number;
    const sum = ofLast.reduce((total, logit) => total + Math.exp(logit - most), 0);
    const shown = await page.locator(".predictions li .number").first().textContent();
    expect(Number.parseFloat(shown ?? "")).toBeCloseTo(100 / sum, 0);
  });

test("on a phone no text of the explorer is below 12 px", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await openStories(page);
  expect(await textSmallerThan(page, 12)).toEqual([]);
});

test("t5: three maps, with both texts on their axes, and numbers that are transformers' own", async ({ page }) => {
  const { fixture, ids } = await openFixture(page, "t5");
  const { expected } = fixture;
  const targets = Array.from(expected.decoder_input_ids?.data ?? []);
  await page.locator("#second").fill(targets.join(" "));
  await expect(page.getByRole("group", { name: "Tokens of the decoder" }).locator(".token")).toHaveText(
    targets.map(String),
  );
  for (const [name, list, keys] of [
    ["decoder", "decoder_attentions", targets.length],
    ["cross-attention", "cross_attentions", ids.length],
    ["encoder", "encoder_attentions", ids.length],
  ] as const) {
    await page.getByRole("radio", { name, exact: true }).check({ force: true });
    await headButton(page, /ayer 2, head 3\b/).click();
    await expect(page.locator(".head-title")).toHaveText(/ayer 2, head 3$/);
    await expect(page.locator(".head-view")).not.toHaveClass(/waiting/);
    const { data = [], shape = [] } = expected[`${list}.1`] ?? {};
    expect(shape[3]).toBe(keys);
    for (const [query, key] of [
      [3, 1],
      [5, 5],
    ] as const) {
      await pressTo(page, query, key);
      const wanted = data[(2 * (shape[2] ?? 0) + query) * keys + key] as number;
      expect(Math.abs((await exactWeight(page)) - wanted)).toBeLessThan(2e-5);
    }
    await expect(page).toHaveURL(name === "decoder" ? /head=2\.3/ : /head=[ec]2\.3/);
  }
});

test("vit: a picture is cut into patches, and what the class token and a patch attend to lies over it", async ({
  page,
}) => {
  const { files } = modelFixture("vit");
  await page.goto("/explorer.html");
  await chooseFiles(page, files);
  await expect(page.locator("#message")).toHaveText("Choose a picture to see what each patch attends to.", opened);
  await choosePicture(page, [48, 48], [["#c2500a", 0, 0, 24, 48]]);
  await expect(page.locator(".image-view .reading")).toContainText(
    "“class token” gives most of its attention to",
    opened,
  );
  await expect(page.locator("#model-facts")).toContainText("16 patches of 6 × 6 pixels");
  await expect(page.locator("#text-hint")).toHaveText(/there is no preprocessor_config\.json$/);
  const beside = page.getByRole("group", { name: "Heads of the layer" }).getByRole("button");
  await expect(beside).toHaveCount(4);
  await beside.nth(2).click();
  await expect(page.locator(".head-title")).toHaveText("Layer 1, head 3");
  await expect(page.locator(".image-view h3")).toHaveText(/^What “class token” gives in each head of layer 1/);
  await expect(page.locator(".predictions .name").first()).toHaveText(/^class \d$/);
  await page.getByLabel("Patches of the picture").focus();
  const press = async (keys: readonly string[], patch: string) => {
    for (const key of keys) await page.keyboard.press(key);
    await expect(page.locator(".image-view .reading")).toContainText(`“patch ${patch}” gives most of its attention to`);
  };
  await press(["ArrowDown"], "1, 1");
  await press(["End", "ArrowRight", "ArrowUp"], "1, 4");
  await press(["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"], "4, 3");
  await press(["Home", "ArrowLeft", "ArrowUp", "ArrowUp"], "2, 1");
  await expect(page.locator(".head-view .reading")).toContainText("“patch 2, 1”");
  await page.getByRole("radio", { name: "rollout" }).check({ force: true });
  await expect(page.locator(".image-view .reading")).toContainText(
    "By rollout over all layers: “patch 2, 1” draws most on",
  );
  expect(await violationsOf(page)).toEqual([]);
});

test("a preprocessor_config.json decides what of a picture the model sees", async ({ page }) => {
  const { files } = modelFixture("vit");
  const processing = {
    size: { shortest_edge: 24 },
    do_center_crop: true,
    crop_size: { height: 24, width: 24 },
    image_mean: [0, 0, 0],
    image_std: [1, 1, 1],
  };
  const all = { ...files, "preprocessor_config.json": Buffer.from(JSON.stringify(processing)) };
  await page.goto("/explorer.html");
  await chooseFiles(page, all);
  await expect(page.locator("#text-hint")).toHaveText(
    /the middle alone, colours as preprocessor_config\.json says$/,
    opened,
  );
  // Red at both ends of a wide picture, blue in its middle, which is as wide as it is high.
  await choosePicture(
    page,
    [144, 48],
    [
      ["#ff0000", 0, 0, 144, 48],
      ["#0000ff", 48, 0, 48, 48],
    ],
  );
  await expect(page.locator(".image-view .reading")).toContainText("gives most of its attention to", opened);
  const colours = await page
    .locator(".image-stage canvas")
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, 24, 24);
      return [...new Set(Array.from({ length: 24 * 24 }, (_, i) => data.slice(i * 4, i * 4 + 4).join()))];
    });
  expect(colours).toEqual(["0,0,255,255"]);
});

test("dinov2: a picture becomes of the size that preprocessor_config.json names, not of that it was trained on", async ({
  page,
}) => {
  const { files } = modelFixture("dinov2");
  const processing = { size: { shortest_edge: 32 }, do_center_crop: true, crop_size: { height: 30, width: 18 } };
  await page.goto("/explorer.html");
  await chooseFiles(page, { ...files, "preprocessor_config.json": Buffer.from(JSON.stringify(processing)) });
  await expect(page.locator("#text-hint")).toContainText("made 18 × 30 pixels, the middle alone", opened);
  await choosePicture(page, [48, 48], [["#c2500a", 0, 0, 24, 48]]);
  await expect(page.locator(".image-view .reading")).toContainText("gives most of its attention to", opened);
  await expect(page.locator("#model-facts")).toContainText("15 patches of 6 × 6 pixels");
  const canvas = page.locator(".image-stage canvas").first();
  expect(await canvas.evaluate(({ width, height }: HTMLCanvasElement) => [width, height])).toEqual([18, 30]);
  await page.getByLabel("Patches of the picture").focus();
  await page.keyboard.press("ArrowRight");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
  await expect(page.locator(".image-view .reading")).toContainText("“patch 5, 1” gives most of its attention to");
});

test("several tokens are looked at together: the mean of what they give", async ({ page }) => {
  await openStories(page, "&head=2.1&query=9");
  const tokens = page.locator(".token");
  await tokens.nth(12).click({ modifiers: ["Shift"] });
  await expect(page.locator(".token[aria-pressed=true]")).toHaveCount(2);
  await page.mouse.move(2, 2);
  await expect(page.locator(".text-view .reading")).toHaveText(
    /^Layer 2, head 1: token 9 “.*”, token 12 “.*” on average give most of their attention to “/,
  );
  await expect(page).toHaveURL(/also=12/);
  await page.reload();
  await expect(page.locator(".token[aria-pressed=true]")).toHaveCount(2, opened);
  // By keys: the checkbox, then tokens; one that is chosen again is left out.
  await page.getByLabel("choose several").check();
  await tokens.nth(12).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".token[aria-pressed=true]")).toHaveCount(1);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.locator(".token[aria-pressed=true]")).toHaveCount(2);
  await page.getByLabel("choose several").uncheck();
  await tokens.nth(3).click();
  await expect(page.locator(".token[aria-pressed=true]")).toHaveCount(1);
  await expect(page).not.toHaveURL(/also=/);
});

test("the tokens of a word stand as one, whose weight is the sum over them", async ({ page }) => {
  const { files } = modelFixture("bert");
  const vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cat", "un", "##believ", "##able", "s"];
  const tokenizer = {
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##" },
    post_processor: { type: "BertProcessing", cls: ["[CLS]", 2], sep: ["[SEP]", 3] },
    added_tokens: [1, 2, 3].map((id) => ({ id, content: vocabulary[id], special: true })),
  };
  const all = { ...files, "tokenizer.json": Buffer.from(JSON.stringify(tokenizer)) };
  await page.goto("/explorer.html");
  await chooseFiles(page, all);
  await expect(page.locator("#model-facts")).not.toBeEmpty(opened);
  await page.locator("#text").fill("unbelievable cat");
  const tokens = page.getByRole("group", { name: "Tokens of the text" }).locator(".token");
  await expect(tokens).toHaveText(["[CLS]", "un", "##believ", "##able", "cat", "[SEP]"]);
  await page.getByLabel("join the tokens of a word").check();
  await expect(tokens).toHaveText(["[CLS]", "unbelievable", "cat", "[SEP]"]);
  await tokens.nth(1).hover();
  await expect(page.locator(".text-view .reading")).toHaveText(
    /tokens 1–3 “unbelievable” gives most of its attention to .* \(mean over its tokens\)\.$/,
  );
  await tokens.nth(1).click();
  await expect(page).toHaveURL(/query=3.*words=joined/);
  await expect(page.locator(".head-view .reading")).toContainText("Query 3 “##able”");
});

test("the logit of a pair, and its parts, lead to the weight that the map shows", async ({ page }) => {
  await openStories(page, "&head=2.1&query=9&key=3");
  await expect(page.locator(".pair-view tbody tr")).toHaveCount(8);
  const weight = await exactWeight(page);
  const steps = (await page.locator(".pair-view .steps li").allTextContents()).join(" ");
  const [, logit = "", sum = "", shown = ""] = /e\^\((\S+) − (\S+)\) = (\S+)\.$/.exec(steps) ?? [];
  const number = (text: string) => Number(text.replace("−", "-"));
  // Three decimals are shown.
  expect(Math.exp(number(logit) - number(sum))).toBeCloseTo(weight, 2);
  expect(number(shown)).toBeCloseTo(weight, 2);
  await page.getByLabel("cells:").selectOption("scaled logit");
  await expect(page.locator(".head-view .exact")).toHaveText(/^scaled logit /);
  const text = (await page.locator(".head-view .exact").textContent()) ?? "";
  expect(number(/^scaled logit (\S+)/.exec(text)?.[1] ?? "")).toBeCloseTo(number(logit), 2);
  await expect(page).toHaveURL(/value=logit/);
});

test("a head is drawn as lines from a threshold on, the rest as a count", async ({ page }) => {
  await openStories(page, "&head=2.1&as=arcs");
  await expect(page.locator(".arcs path").first()).toBeAttached();
  const drawn = await page.locator(".arcs path").count();
  await expect(page.locator(".arcs .facts")).toHaveText(
    new RegExp(`^${drawn} weights from .* smaller ones are not\\.$`),
  );
  await page.getByRole("slider", { name: "weights from" }).fill("1");
  expect(await page.locator(".arcs path").count()).toBeLessThan(drawn);
});

test("direct effects add up to the logit that is listed, and name heads that can be chosen", async ({ page }) => {
  await openStories(page, "&head=1.1");
  await expect(page.locator(".effects-view .by-part li")).toHaveCount(10);
  const listed = await page.locator(".predictions .logit").first().textContent();
  await expect(page.locator(".effects-view .reading")).toContainText(`All parts add up to the logit, ${listed}:`);
  await page.getByLabel("less that of").selectOption({ index: 2 });
  await expect(page.locator(".effects-view .reading")).toContainText("the difference of the two logits");
  await expect(page).toHaveURL(/against=\d+/);
  const head = page.locator(".effects button").first();
  const name = (await head.textContent()) ?? "";
  await head.click();
  await expect(page.locator(".head-title")).toHaveText(name);
});

test("of direct effects every part can be listed, and together they are the logit", async ({ page }) => {
  await openStories(page);
  const rows = page.locator(".effects-view .by-part li");
  await expect(rows).toHaveCount(10);
  await page.getByRole("button", { name: "all 15 parts" }).click();
  // 3 layers of 4 heads and a feed-forward.
  await expect(rows).toHaveCount(15);
  const written = (text: string) => Number(text.replace("−", "-"));
  const parts = (await rows.locator(".number").allTextContents()).map(written);
  const total = (await page.locator(".effects-view .reading").textContent()) ?? "";
  const [logit = 0, embedding = 0, biases = 0] = (total.match(/[−\d]+\.\d+/g) ?? []).map(written);
  // Each is rounded to three decimals.
  expect(Math.abs(parts.reduce((sum, part) => sum + part, embedding + biases) - logit)).toBeLessThan(18 * 0.0005);
  // Layer by layer they are the same.
  const layers = page.locator(".effects-view .by-layer li");
  await expect(layers.locator(".name")).toHaveText(["Embedding", "Biases", "Layer 1", "Layer 2", "Layer 3"]);
  const sums = (await layers.locator(".number").allTextContents()).map(written);
  expect(Math.abs(sums.reduce((sum, part) => sum + part, 0) - logit)).toBeLessThan(6 * 0.0005);
  await page.getByRole("button", { name: "the largest 10 alone" }).click();
  await expect(rows).toHaveCount(10);
});

test("on paper the explorer is light, whatever the reader’s screen is", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await openStories(page);
  const colors = () =>
    page.evaluate(() => {
      const html = getComputedStyle(document.documentElement);
      const map = document.querySelector<HTMLCanvasElement>(".head-view canvas");
      const { data = [] } = map?.getContext("2d")?.getImageData(0, 0, map.width, map.height) ?? {};
      // Most weights are small, of the paper’s colour; what a query may not see is left out.
      const reds = Array.from(data).filter((_, i) => i % 4 === 0 && data[i + 3] === 255);
      const mean = reds.reduce((sum, red) => sum + red, 0) / reds.length;
      return { scheme: html.colorScheme, paper: html.getPropertyValue("--heed-paper").trim(), map: mean };
    });
  await expect.poll(async () => (await colors()).map).toBeLessThan(128);
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  await expect.poll(async () => (await colors()).map).toBeGreaterThan(128);
  const { scheme, paper } = await colors();
  expect(scheme).toBe("light");
  expect(paper).not.toBe("#141518");
  for (const name of ["Text", "Predictions", "Heads", "Head", "Layers", "Direct effects"])
    await expect(
      page.locator(`section.view[aria-label="${name}"], section.view:has(#heads-title)`).first(),
    ).toBeVisible();
});

test("a text of 2,000 tokens is tinted as the pointer moves over it", async ({ page }) => {
  test.setTimeout(120_000);
  const { files } = modelFixture("llama");
  const config = JSON.parse(new TextDecoder().decode(files["config.json"]));
  const longer = new TextEncoder().encode(JSON.stringify({ ...config, max_position_embeddings: 4096 }));
  await page.goto("/explorer.html");
  await chooseFiles(page, { ...files, "config.json": longer });
  await expect(page.locator("#model-facts")).not.toBeEmpty(opened);
  const ids = Array.from({ length: 2000 }, (_, i) => 3 + ((i * 7) % 90));
  await page.locator("#text").fill(ids.join(" "));
  const tokens = page.getByRole("group", { name: "Tokens of the text" }).locator(".token");
  await expect(tokens).toHaveCount(2000, { timeout: 60_000 });
  const reading = page.locator(".text-view .reading");
  for (const at of [40, 300]) {
    await tokens.nth(at).hover();
    await expect(reading).toContainText(`token ${at} `, { timeout: 60_000 });
    await expect(tokens.nth(at)).toHaveClass(/focus/);
  }
  await tokens.nth(300).click();
  await expect(page).toHaveURL(/query=300/);
});

test("heads are sorted by their similarity to the chosen one", async ({ page }) => {
  await openStories(page, "&head=2.1");
  await page.getByLabel("sorted by").selectOption("similarity");
  const first = page.locator(".head-button").first();
  await expect(first).toHaveAccessibleName(/^Layer 2, head 1\b/);
  await page.locator(".head-button").nth(1).hover();
  await expect(page.locator(".grid-reading")).toContainText(
    /Its rows are 0\.\d+ nats from those of Layer 2, head 1\.$/,
  );
  const next = (await page.locator(".head-button").nth(1).getAttribute("aria-label")) ?? "";
  const name = next.replace(/,[^,]*$/, "");
  await page.locator(".head-button").nth(1).click();
  await expect(page.locator(".head-title")).toHaveText(name);
  await expect(first).toHaveAccessibleName(next);
  await expect(page).toHaveURL(/sort=similarity/);
});

test("a text goes on as temperature and seed decide, and back", async ({ page }) => {
  await openStories(page, "&temperature=2&seed=3");
  const tokens = page.locator(".token");
  const before = await tokens.count();
  const write = page.getByRole("button", { name: "write the next token" });
  const cache = page.locator(".predictions-view .cache");
  await expect(cache).toHaveText(
    new RegExp(`keys and values of ${before} tokens in each of 3 layers, \\d+ kB\\. All of them were computed at once`),
  );
  await write.click();
  await expect(tokens).toHaveCount(before + 1);
  await expect(cache).toContainText(`Only the last token was computed; the other ${before} came from the cache.`);
  // A row more of the map, which is in focus.
  await expect(page.locator(".head-view .reading")).toContainText(`Query ${before} `);
  const word = await tokens.last().textContent();
  await write.click();
  await expect(tokens).toHaveCount(before + 2);
  await page.getByRole("button", { name: "take back the last token" }).click();
  await page.getByRole("button", { name: "take back the last token" }).click();
  await expect(tokens).toHaveCount(before);
  await expect(cache).toContainText("Nothing was computed: later tokens were taken off.");
  await write.click();
  await expect(tokens).toHaveCount(before + 1);
  await expect(tokens.last()).toHaveText(word ?? "");
});

test("what if: a token is replaced; the head stands before, after and as a difference, heads in the order of their change", async ({
  page,
}) => {
  await openStories(page, "&head=2.1&query=6");
  await page.getByLabel(/^in place of token 6/).fill("Oscar");
  await page.getByRole("button", { name: "replace" }).click();
  await expect(page.locator(".changes li")).toHaveText(/^6 .* is replaced by token \d+/);
  await expect(page.locator(".predictions li .number.after").first()).toBeVisible();
  await page.getByRole("radio", { name: "difference" }).check({ force: true });
  await pressTo(page, 10, 6);
  await expect(page.locator(".head-view .reading")).toContainText("as it is and of");
  await page.getByLabel("sorted by").selectOption("change");
  await page.locator(".head-button").first().hover();
  await expect(page.locator(".grid-reading")).toContainText("With the changes its rows move by");
  await expect(page).toHaveURL(/#.*replace=6\.\d+/);
});

test("two texts: the head side by side and as a difference, heads by how far they move, and what cannot be compared", async ({
  page,
}) => {
  await openStories(page, "&head=2.1");
  const view = page.locator(".compare-view");
  const typed = await page.locator("#text").inputValue();
  await view.getByLabel("another text").fill(typed.replace("Oscar", "Clara"));
  await expect(view.locator(".facts").first()).toContainText(/tokens on both sides; one differs: token \d+ is “Oscar”/);
  await expect(view.locator(".effects li")).toHaveCount(10);
  await expect(page).toHaveURL(/#.*versus=/);
  // Tokens before the first that differs see the same; a row of a causal head moves where it sees another token.
  await page.getByLabel("Attention weights there", { exact: true }).focus();
  await page.keyboard.press("Control+Home");
  await expect(view.locator(".reading")).toHaveText(/^Here query 0 .* There query 0 .* The difference is 0\.000\.$/);
  const nats = (await view.locator(".effects .number").allTextContents()).map(Number);
  expect(nats).toEqual([...nats].sort((a, b) => b - a));
  expect(nats[0]).toBeGreaterThan(0);
  await view.getByRole("radio", { name: "difference" }).check({ force: true });
  await expect(page.getByLabel("Attention weights there less those here")).toBeVisible();
  await expect(page.getByLabel("Attention weights there", { exact: true })).toBeHidden();
  const first = view.locator(".effects button").first();
  const name = (await first.textContent()) ?? "";
  await first.click();
  await expect(page.locator(".head-title")).toHaveText(name);
  await page.reload();
  await expect(view.locator(".effects li")).toHaveCount(10, opened);
  await expect(view.getByLabel("another text")).toHaveValue(typed.replace("Oscar", "Clara"));
  await view.getByLabel("another text").fill("one windy morning");
  await expect(view.locator(".facts").first()).toContainText(/^There are \d+ tokens here and 3 there: /);
  await expect(view.locator(".effects")).toBeHidden();
  await expect(page.getByLabel("Attention weights there", { exact: true })).toBeVisible();
});

test("what is typed stands behind the # of the address, comes back, and is sent to nobody", async ({ page }) => {
  await openStories(page, "&head=2.1");
  const sent: Promise<string>[] = [];
  page.on("request", (request) =>
    sent.push(request.allHeaders().then((headers) => `${request.url()} ${JSON.stringify(headers)}`)),
  );
  await page.locator("#text").fill("one windy morning");
  await expect(page).toHaveURL(/\?model=stories&head=2\.1#text=one\+windy\+morning$/);
  await page.reload();
  await expect(page.locator("#text")).toHaveValue("one windy morning");
  await expect(page.locator(".token")).toHaveText(["one", "windy", "morning"], opened);
  // A link that differs behind the # alone is followed all the same.
  await page.goto("/explorer.html?model=stories&head=2.1#text=one+morning");
  await expect(page.locator(".token")).toHaveText(["one", "morning"], opened);
  expect(sent.length).toBeGreaterThan(1);
  for (const request of await Promise.all(sent)) expect(request).not.toMatch(/windy|morning/);
});

test("two models: the second opens as the first does, reads the same text, and is in the link", async ({ page }) => {
  await openStories(page, "&head=2.1");
  const view = page.locator(".compare-view");
  await view.getByRole("button", { name: "open a second model" }).click();
  await expect(page.getByRole("heading", { name: "Open a second model" })).toBeVisible();
  await page.getByRole("button", { name: "open pocket stories" }).click();
  await expect(view.locator(".facts").first()).toContainText("tokens on both sides, all the same.", opened);
  await expect(view.locator(".effects .number")).toHaveText(Array(10).fill("0"));
  await expect(page).toHaveURL(/#.*beside=stories/);
  await page.reload();
  await expect(view.locator(".effects .number")).toHaveText(Array(10).fill("0"), opened);
  await view.getByRole("button", { name: "close the second model" }).click();
  await expect(view.locator(".effects")).toBeHidden();
  await expect(page).not.toHaveURL(/beside/);
  await expect(page.locator(".predictions li")).toHaveCount(10);
});

test("a file of lines: heads by their mean, and the text in which one has most", async ({ page }) => {
  await openStories(page);
  const lines = "one windy morning, Clara set out.\n\nClara stopped because she was tired.\nzorblax\n";
  await page
    .getByLabel("A file of texts, one a line")
    .setInputFiles([{ name: "lines.txt", mimeType: "text/plain", buffer: Buffer.from(lines) }]);
  await expect(page.locator(".many-view .facts")).toHaveText(/^entropy over 2 texts of lines\.txt, 1 lines left out$/);
  await expect(page.locator(".many-view tbody tr")).toHaveCount(12);
  await page.getByLabel("sorted by").selectOption("self");
  await expect(page.locator(".many-view .facts")).toHaveText(/^self over 2 texts/);
  const first = page.locator(".many-view tbody tr").first();
  const [code, text] = [await first.locator("th").textContent(), await first.locator("button").textContent()];
  await first.locator("button").click();
  await expect(page.locator("#text")).toHaveValue(text?.trim() ?? "");
  const [layer, head] = (code ?? "").split(".");
  await expect(page.locator(".head-title")).toHaveText(`Layer ${layer}, head ${head}`);
  // A file that is dropped there is read too, and is no model.
  const dropped = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["Clara set out.\nthe bridge stood near.\n"], "dropped.txt", { type: "text/plain" }));
    return data;
  });
  await page.locator(".many-view").dispatchEvent("dragover", { dataTransfer: dropped });
  await page.locator(".many-view").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(page.locator(".many-view .facts")).toHaveText(/^self over 2 texts of dropped\.txt$/);
  await expect(page.locator("html")).not.toHaveClass(/dragged-over/);
});

test("the page is at most 120 KB before a model; nothing of the article is fetched", async ({ page }) => {
  const responses: Response[] = [];
  page.on("response", (response) => responses.push(response));
  const fetched = () => responses.map((response) => new URL(response.url()).pathname);
  await page.goto("/explorer.html", { waitUntil: "networkidle" });
  await expect(page.getByRole("heading", { name: "Open a model" })).toBeVisible();
  await expect(page.getByRole("button", { name: "choose a folder" })).toBeVisible();
  expect(fetched().filter((path) => /\.wasm|\.safetensors/.test(path))).toEqual([]);
  const sizes = await Promise.all(responses.map(async (response) => gzipSync(await response.body()).length));
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  test.info().annotations.push({ type: "size", description: `${kilobytes.toFixed(1)} KB` });
  expect(kilobytes).toBeLessThanOrEqual(120);
  await page.getByRole("button", { name: "open pocket stories" }).click();
  await expect(page.locator(".token")).not.toHaveCount(0, opened);
  await expect(page).toHaveURL(/model=stories/);
  await expect(page.locator("#model-facts")).toContainText("3 layers × 4 heads");
  expect(fetched().filter((path) => /heed-(?!models)|figures/.test(path))).toEqual([]);
});

test("a link that names a model of the hub fetches nothing until the reader says so", async ({ page }) => {
  const asked: string[] = [];
  await page.route(/^https:/, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 404 });
  });
  await page.goto("/explorer.html?hub=org/name");
  await expect(page.getByLabel("from the hub")).toHaveValue("org/name");
  await expect(page.locator(".message").first()).toContainText("The link names the model org/name of the hub.");
  expect(asked).toEqual([]);
  await page.getByRole("button", { name: "open", exact: true }).click();
  await expect(page.locator(".message.failure")).toContainText("org/name");
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((url) => !url.startsWith("https://huggingface.co/api/models/org/name"))).toEqual([]);
});

test("nothing moves by itself while a model opens and is read", async ({ page }) => {
  await watchShifts(page);
  await openStories(page);
  await expectStill(page, 0.01);
});

test("until the weights of another head come, no number stands under its name", async ({ page }) => {
  await canHoldAnswers(page);
  await openStories(page, "&head=1.1&query=9&key=3");
  await expect(page.locator(".head-view .exact")).toHaveText(/^weight /);
  await holdAnswers(page);
  await headButton(page, /^Layer 3, head 2\b/).click();
  await expect(page.locator(".head-title")).toHaveText("Layer 3, head 2");
  await expect(page.locator(".head-view .exact")).toBeEmpty();
  await expect(page.locator(".head-view .reading")).toBeEmpty();
  await expect(page.locator(".text-view .reading")).toBeEmpty();
  await expect(page.locator(".row-weights li")).toHaveCount(0);
  await expect(page.locator(".head-view .map")).toHaveCSS("opacity", "0");
  await page.locator(".token").nth(5).click();
  await expect(page.locator(".predictions-view .facts")).toContainText("token 5 ");
  await expect(page.locator(".predictions li")).toHaveCount(0);
  await expect(page.locator(".layers-view tbody tr")).toHaveCount(0);
  await expect(page.locator(".pair-view tbody tr")).toHaveCount(0);
  await expect(page.locator(".effects li")).toHaveCount(0);
  await releaseAnswers(page);
  await expect(page.locator(".predictions li")).toHaveCount(10);
  await expect(page.locator(".layers-view tbody tr")).toHaveCount(4);
  await expect(page.locator(".head-view .map")).toHaveCSS("opacity", "1");
});

test("a token that is pointed at tints the others; a click locks it, in the address too", async ({ page }) => {
  await openStories(page, "&head=2.1");
  const token = page.locator(".token").nth(9);
  await token.hover();
  await expect(page.locator(".text-view .reading")).toContainText("Layer 2, head 1: token 9");
  const tints = await page
    .locator(".token")
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).style.getPropertyValue("--tint")));
  expect(tints.filter((tint) => tint !== "0%").length).toBeGreaterThan(0);
  // A causal head gives nothing to later tokens.
  expect(tints.slice(10).every((tint) => tint === "0%")).toBe(true);
  await token.click();
  await expect(token).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/query=9/);
  await page.getByRole("radio", { name: "receives" }).check({ force: true });
  await expect(page.locator(".text-view .reading")).toContainText("receives most attention from");
  await page.reload();
  await expect(page.locator(".token").nth(9)).toHaveAttribute("aria-pressed", "true", opened);
  await expect(page.locator(".head-title")).toHaveText("Layer 2, head 1");
});

test("the same place is marked in the text and on the map", async ({ page }) => {
  await openStories(page);
  const map = page.getByLabel(cells);
  const box = await map.boundingBox();
  if (!box) throw new Error("the map is not drawn");
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.6);
  const reading = (await page.locator(".head-view .reading").textContent()) ?? "";
  const [, query = "", key = ""] = /Query (\d+) .* key (\d+) /.exec(reading) ?? [];
  await expect(page.locator(".token.focus")).toHaveCount(1);
  expect(
    await page.locator(".token").evaluateAll((all) => all.findIndex((each) => each.classList.contains("focus"))),
  ).toBe(Number(query));
  expect(
    await page.locator(".token").evaluateAll((all) => all.findIndex((each) => each.classList.contains("key"))),
  ).toBe(Number(key));
  await page.mouse.move(2, 2);
  await expect(page.locator(".head-view .reading")).toContainText("Point at a cell");
});

test("heads are sorted, labelled and filtered", async ({ page }) => {
  await openStories(page);
  const buttons = page.locator(".head-button");
  await expect(buttons).toHaveCount(12);
  await page.getByLabel("sorted by").selectOption("first token");
  await expect(page).toHaveURL(/sort=first\+token/);
  const scores: number[] = [];
  for (const button of await buttons.all()) {
    await button.hover();
    const text = (await page.locator(".grid-reading").textContent()) ?? "";
    scores.push(Number(/first token ([\d.]+)/.exec(text)?.[1]));
  }
  // A reading without the score has none here, and NaN would be sorted wherever it stands.
  expect(scores.filter(Number.isNaN)).toEqual([]);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const counts = await page.locator(".grid-view .count").allTextContents();
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(12);
  await page
    .locator(".grid-view")
    .getByRole("radio", { name: /^other/ })
    .check({ force: true });
  const dim = await page.locator(".head-button.dim").count();
  expect(dim).toBe(12 - Number(counts.at(-1)));
});

test("what if: a head is switched off, and both predictions stand side by side", async ({ page }) => {
  await openStories(page, "&head=3.1");
  await page.getByRole("button", { name: "what if this head were off?" }).click();
  await expect(page.locator(".predictions li .number.after").first()).toBeVisible();
  await expect(page.locator(".changes li")).toHaveText(/head 3\.1 is off/);
  await expect(page.locator(".note")).toContainText(/The logit of “.*” goes from/);
  await expect(page).toHaveURL(/off=3\.1/);
  await page.reload();
  await expect(page.locator(".predictions li .number.after").first()).toBeVisible(opened);
  await page.getByRole("button", { name: "undo all changes" }).click();
  await expect(page.locator(".predictions li .number.after")).toHaveCount(0);
  await page.getByLabel(cells).focus();
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("button", { name: "what if the query could not see this key?" }).click();
  await expect(page.locator(".changes li")).toHaveText(/does not see .* in head 3\.1/);
  await expect(page.locator(".predictions li .number.after").first()).toBeVisible();
});

test("a predicted token is written by a click, and taken back", async ({ page }) => {
  await openStories(page);
  const count = await page.locator(".token").count();
  const word = (await page.locator(".predictions .name").first().textContent()) ?? "";
  await page.locator(".predictions .name").first().click();
  await expect(page.locator(".token")).toHaveCount(count + 1);
  await expect(page.locator(".token").last()).toHaveText(word.trim());
  await expect(page).toHaveURL(/#.*added=\d+/);
  await page.getByRole("button", { name: "take back the last token" }).click();
  await expect(page.locator(".token")).toHaveCount(count);
});

test("the last layer of the lens is what the model predicts", async ({ page }) => {
  await openStories(page);
  for (const [column, row] of [
    [0, 0],
    [1, 1],
    [2, 2],
  ] as const) {
    const name = await page.locator(".predictions .name").nth(row).textContent();
    await expect(page.locator(".layers-view tbody tr").last().locator("td .name").nth(column)).toHaveText(name ?? "");
  }
});

test("files that are no model are refused in a sentence, and the page can go on", async ({ page }) => {
  await page.goto("/explorer.html");
  await page
    .getByLabel("A model's files")
    .setInputFiles([{ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no") }]);
  await expect(page.locator(".message.failure")).toHaveText(/^The model could not be opened: there is no config\.json/);
  await page.getByRole("button", { name: "open pocket stories" }).click();
  await expect(page.locator(".token")).not.toHaveCount(0, opened);
});

test("a text of no tokens, or of too many, is said to be", async ({ page }) => {
  await openFixture(page, "gpt2");
  await page.locator("#text").fill("");
  await expect(page.locator("#message")).toHaveText("Type a text to see what each head attends to.");
  await page.locator("#text").fill("1 2 three 4");
  await expect(page.locator("#unknown")).toHaveText("Left out, because the model does not know it: three");
  await page.locator("#text").fill("1 ".repeat(65));
  await expect(page.locator("#message")).toHaveText("The text has 65 tokens but the model's context is 64.");
  await page.locator("#text").fill("1 2 999");
  await expect(page.locator("#message")).toContainText("999");
});

test("everything can be reached and used by keys", async ({ page }) => {
  await openStories(page);
  await page.locator("#text").focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(".token").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.locator(".token").last()).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator(".token").last()).toHaveAttribute("aria-pressed", "true");
  await page.locator(".head-button").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(page.locator(".head-title")).toHaveText("Layer 2, head 2");
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1440, 390])
    test(`axe finds nothing, and nothing sticks out: ${colorScheme}, ${width} px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.goto("/explorer.html");
      expect(await violationsOf(page)).toEqual([]);
      await openStories(page, "&head=2.1&off=3.1&query=12&key=3");
      for (const view of ["text", "heads", "head", "layers"]) {
        if (width < 900) await page.locator(`.view-names button[value=${view}]`).click();
        expect(await violationsOf(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    });

test("nothing sticks out at 320 px, before there is a model and in every view of one", { tag: layout }, async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 900 });
  const expectInside = async (view: string) => {
    expect.soft(await contentWidth(page), view).toBeLessThanOrEqual(320);
    expect.soft(await textBeyond(page, 8), view).toEqual([]);
  };
  await page.goto("/explorer.html");
  await expect(page.locator("h1")).toBeVisible();
  await expectInside("no model");
  await openStories(page, "&head=2.1&off=3.1&query=12&key=3");
  for (const view of ["text", "heads", "head", "layers"]) {
    await page.locator(`.view-names button[value=${view}]`).click();
    await expectInside(view);
  }
});

test("on a phone one view is seen at a time, with targets of 44 px", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openStories(page);
  await expect(page.locator("#grid-place")).toBeHidden();
  await page.getByRole("button", { name: "Heads", exact: true }).click();
  await expect(page.locator("#grid-place")).toBeVisible();
  await expect(page.locator("#text-place")).toBeHidden();
  await expect(page).toHaveURL(/view=heads/);
  for (const target of await page.locator(".view-names button, .grid-view .choice:not([hidden]) label").all())
    expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
});
