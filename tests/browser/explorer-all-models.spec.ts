/** Each model of the fixtures, opened in the explorer by its name on a hub of another origin: what is read off the page is what transformers computes. */
import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { openModel } from "heed/models";
import { type Hub, startHub } from "../hub/hub.mjs";
import { numberTokenizer } from "../hub/number-tokenizer.mjs";
import { compare, resultsOf } from "../package/compare-with-fixture.mjs";
import { fixtureNames, modelFixture, readTensors } from "../package/model-fixture.mjs";
import { choosePicture } from "./choose-picture";
import { exactWeight, pressTo } from "./exact-weight";

type Fixture = ReturnType<typeof modelFixture>;

const hasTypes = ({ expected }: Fixture) => "token_type_ids" in expected;
const isImage = ({ expected }: Fixture) => "pixel_values" in expected;
const numbers = (list: ArrayLike<number> | undefined) => Array.from(list ?? []);
/** Bytes of a picture are divided by 255, and no more is done to them. */
const processing = { do_resize: false, image_mean: [0, 0, 0], image_std: [1, 1, 1] };

/** What is beside the weights: token types come of a pair of texts, which needs a tokenizer; other models read numbers. */
function besideWeights(fixture: Fixture): Record<string, Uint8Array> {
  if (isImage(fixture)) return { "preprocessor_config.json": Buffer.from(JSON.stringify(processing)) };
  return hasTypes(fixture) ? { "tokenizer.json": numberTokenizer() } : {};
}

async function openFromHub(page: Page, name: string, endpoint: string) {
  if (!(await page.getByLabel("from the hub").isVisible()))
    await page.getByRole("button", { name: "open a model" }).click();
  const address = page.getByLabel("address of the hub");
  if (!(await address.isVisible())) await page.getByText("revision, another hub, a token").click();
  await address.fill(endpoint);
  await page.getByLabel("from the hub").fill(`test/${name}`);
  await page.getByRole("button", { name: "open", exact: true }).click();
  await expect(page.locator("#model-name")).toHaveText(`test/${name}`, { timeout: 20_000 });
}

/** Types what the fixture's pass was given. */
async function typeInputs(page: Page, fixture: Fixture) {
  const { expected } = fixture;
  const ids = numbers(expected.input_ids?.data);
  const isFirst = numbers(expected.token_type_ids?.data).map((type) => type === 0);
  const [first, second] = hasTypes(fixture)
    ? [ids.filter((_, i) => isFirst[i]), ids.filter((_, i) => !isFirst[i])]
    : [ids, numbers(expected.decoder_input_ids?.data)];
  await page.locator("#text").fill(first.join(" "));
  if (second.length > 0) await page.locator("#second").fill(second.join(" "));
  const shown = second.length > 0 && !hasTypes(fixture) ? second : ids;
  await expect(page.locator("#text-place .token")).toContainText(shown.map(String));
}

/** A picture whose bytes are all different colours, and what heed/models, which the package's tests hold to transformers, computes of them. */
async function givePicture(page: Page, { name, files, expected }: Fixture): Promise<Fixture["expected"]> {
  const [, channels = 3, height = 0, width = 0] = expected.pixel_values?.shape ?? [];
  const byteOf = (channel: number, y: number, x: number) => (40 * channel + 9 * y + 5 * x * (channel + 1)) % 256;
  const pixels = Array.from({ length: height * width }, (_, i) => [Math.floor(i / width), i % width] as const);
  const drawn = pixels.map(
    ([y, x]) => [`rgb(${[0, 1, 2].map((channel) => byteOf(channel, y, x)).join()})`, x, y, 1, 1] as const,
  );
  await choosePicture(page, [width, height], drawn);
  await expect(page.locator(".image-view .reading")).toContainText("gives most of its attention to");
  const data = Float32Array.from({ length: channels * height * width }, (_, i) => {
    const [y, x] = pixels[i % (height * width)] as readonly [number, number];
    return byteOf(Math.floor(i / (height * width)), y, x) / 255;
  });
  const model = await openModel({
    files: Object.entries(files).map(([file, bytes]) => ({ name: file, blob: new Blob([Uint8Array.from(bytes)]) })),
  });
  const pixelValues = { data, shape: [1, channels, height, width] };
  const {
    attentions = [],
    hiddenStates = [],
    ...rest
  } = await model.forward({ pixelValues }, { attentions: true, hiddenStates: true });
  model.close();
  const last = "logits" in rest ? rest.logits : (rest as { lastHiddenState?: unknown }).lastHiddenState;
  expect(last, name).toBeDefined();
  return Object.fromEntries([
    ...attentions.map((tensor, i) => [`attentions.${i}`, tensor]),
    ...hiddenStates.map((tensor, i) => [`hidden_states.${i}`, tensor]),
    ["logits", last],
  ]) as Fixture["expected"];
}

/** Everything that a pass computes, as the page saves it. */
async function savedRun(page: Page): Promise<Fixture["expected"]> {
  await page.getByRole("button", { name: "take away" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save weights, hidden states and logits as safetensors" }).click(),
  ]);
  await page.keyboard.press("Escape");
  const saved = readTensors(readFileSync(await download.path()));
  const { last_hidden_state: last, input_ids: _, decoder_input_ids: __, ...tensors } = saved;
  return last ? { ...tensors, logits: last } : tensors;
}

const attentionsOf = ({ expected }: Fixture) =>
  "decoder_attentions.0" in expected
    ? ([
        ["encoder", "encoder_attentions"],
        ["decoder", "decoder_attentions"],
        ["cross-attention", "cross_attentions"],
      ] as const)
    : ([[null, "attentions"]] as const);

test("each of the 48 models, opened by its name, shows transformers' own numbers", async ({ page }) => {
  test.setTimeout(600_000);
  const hub: Hub = await startHub(
    Object.fromEntries(
      fixtureNames.map((name) => {
        const fixture = modelFixture(name);
        return [`test/${name}`, { ...fixture.files, ...besideWeights(fixture) }];
      }),
    ),
  );
  expect(fixtureNames).toHaveLength(48);
  await page.goto("/explorer.html");
  try {
    for (const name of fixtureNames)
      await test.step(name, async () => {
        const given = modelFixture(name);
        await openFromHub(page, name, hub.address);
        const fixture = isImage(given) ? { ...given, expected: await givePicture(page, given) } : given;
        if (!isImage(given)) await typeInputs(page, given);
        expect(compare(fixture, await savedRun(page)), name).toBe(resultsOf(fixture));
        for (const [kind, list] of attentionsOf(fixture)) {
          if (kind) await page.getByRole("radio", { name: kind, exact: true }).check({ force: true });
          await page
            .locator(".grid-view")
            .getByRole("button", { name: /ayer 2, head 3\b/ })
            .click();
          await expect(page.locator(".head-title")).toHaveText(/ayer 2, head 3$/);
          await expect(page.locator(".head-view")).not.toHaveClass(/waiting/);
          const { data = [], shape = [] } = fixture.expected[`${list}.1`] ?? {};
          const [, , queries = 0, keys = 0] = shape;
          await pressTo(page, 3, 1);
          const wanted = data[(2 * queries + 3) * keys + 1] as number;
          const tolerance = Math.max(2e-5, 4 * fixture.float32Error);
          expect(Math.abs((await exactWeight(page)) - wanted), `${name} ${list}`).toBeLessThan(tolerance);
        }
      });
  } finally {
    hub.close();
  }
});
