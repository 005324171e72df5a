/** What a reader brings to a figure in a frame stays in the frame: the page around it gets none of it, however it asks. */
import { expect, type HostPage, test } from "./host-page";

/** Opens a page with a figure of another site in a frame, greets it, and keeps everything that it posts. */
async function openFrame(host: HostPage, query: string) {
  await host.open("blank-script.html");
  await host.page.evaluate((search) => {
    const told: unknown[] = [];
    addEventListener("message", ({ data }) => told.push(data));
    const frame = document.createElement("iframe");
    frame.title = "figure";
    frame.width = "1000";
    frame.height = "1400";
    const { protocol, hostname, port } = location;
    const other = `${protocol}//${hostname === "localhost" ? "127.0.0.1" : "localhost"}:${port}`;
    frame.src = `${other}/lib/embed.html?${search}`;
    frame.addEventListener("load", () => frame.contentWindow?.postMessage({ heed: 1, type: "hello" }, other));
    document.body.append(frame);
    Object.assign(globalThis, { told });
  }, query);
  const told = () => host.page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
  const states = async () => (await told()).filter(({ type }) => type === "change").map(({ state }) => state);
  return { frame: host.page.frameLocator("iframe"), told, states };
}

interface Told {
  readonly type: string;
  readonly state?: Record<string, unknown>;
}

const secrets = ["Zanzibar", "quokka", "0.8125", "0.1875", "diary"];
const weights = [
  [0.8125, 0.1875],
  [0.1875, 0.8125],
];
const mine = { weights: [weights, weights], tokens: ["Zanzibar", "quokka"] };

async function expectNoSecrets(told: () => Promise<Told[]>): Promise<void> {
  const text = JSON.stringify(await told());
  for (const secret of secrets) expect(text).not.toContain(secret);
}

test("a file that a reader opens in a frame: nothing of it is posted, whatever the reader does next", async ({
  host,
}) => {
  const { frame, told, states } = await openFrame(host, "figure=heed-attention&experiment=multi-head");
  const figure = frame.locator("heed-attention");
  await expect(figure.locator(".message")).toContainText("the source experiment");
  // What the page itself gave it knows, and is told where the reader looks.
  await figure.getByRole("button", { name: "Head 2" }).click();
  await expect.poll(states).toContainEqual(expect.objectContaining({ head: 2, data: null }));
  const before = (await told()).length;
  const buffer = Buffer.from(JSON.stringify(mine));
  await figure.locator("input[type=file]").setInputFiles({ name: "diary.json", mimeType: "application/json", buffer });
  await expect(figure.locator(".message")).toContainText("diary.json: weights: 1 layer, 2 heads");
  await figure.getByRole("button", { name: "Head 2" }).click();
  await figure.locator(".cells").click();
  await expect(figure.locator(".reading")).toContainText("Zanzibar");
  await figure.getByRole("radio", { name: "log" }).check({ force: true });
  await expect.poll(async () => (await states()).at(-1)).toEqual({ mask: "none", temperature: 1, colours: "log" });
  expect((await told()).length).toBeGreaterThan(before + 3);
  await expectNoSecrets(told);
});

test("heads of a file that a reader opens in a frame: nothing of them is posted", async ({ host }) => {
  const { frame, told, states } = await openFrame(host, "figure=heed-heads");
  const figure = frame.locator("heed-heads");
  await expect(figure.getByRole("switch").first()).toBeVisible();
  const buffer = Buffer.from(JSON.stringify(mine));
  await figure.locator("input[type=file]").setInputFiles({ name: "diary.json", mimeType: "application/json", buffer });
  await expect(figure.locator(".message")).toContainText("diary.json: weights: 1 layer, 2 heads");
  await figure.getByRole("button", { name: "Head 2" }).click();
  // Its difference from the head that was compared last is computed, and the figure moves as it is drawn.
  await expect(figure.getByRole("application").first()).toHaveAccessibleName(/^Head 2/);
  await figure
    .locator("label")
    .filter({ hasText: /^number$/ })
    .click();
  await expect(figure.getByRole("radio", { name: "number" })).toBeChecked();
  await expect.poll(async () => (await states()).at(-1)).toMatchObject({ order: "number" });
  for (const state of await states()) expect(state).not.toHaveProperty("data");
  await expectNoSecrets(told);
});

test("text that a reader pastes into a frame is not posted either", async ({ host }) => {
  const { frame, told, states } = await openFrame(host, "figure=heed-attention");
  const figure = frame.locator("heed-attention");
  await expect(figure.locator(".message")).toContainText("It stays in this browser.");
  await figure.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  }, JSON.stringify(mine));
  await expect(figure.locator(".message")).toContainText("pasted text: weights");
  await expect.poll(states).toEqual([{ mask: "none", temperature: 1, colours: "linear" }]);
  await expectNoSecrets(told);
});

test("a sentence that a reader writes in a frame is not posted; the settings beside it are", async ({ host }) => {
  const { frame, told, states } = await openFrame(host, "figure=heed-sentence");
  const figure = frame.locator("heed-sentence");
  const text = figure.getByRole("textbox", { name: "Your text" });
  await text.fill("Clara took the lantern to Zanzibar");
  await text.blur();
  await expect(figure.locator(".note").first()).toContainText("Zanzibar");
  await figure.getByRole("radio", { name: "log" }).check({ force: true });
  await expect.poll(async () => (await states()).at(-1)).toMatchObject({ model: "stories", colours: "log" });
  for (const state of await states()) expect(state).not.toHaveProperty("text");
  await expectNoSecrets(told);
});

test("a model that a reader opens in a frame: no change is told of it", async ({ host }) => {
  const { frame, told, states } = await openFrame(host, "figure=heed-training&layers=1&width=16&heads=2");
  const figure = frame.locator("heed-training");
  await expect(figure.locator(".map").first()).toBeVisible();
  await figure.evaluate(async (element) => {
    const blob = await (await fetch("./models/induction.safetensors")).blob();
    await (element as HTMLElement & { open(blob: Blob, name: string): Promise<void> }).open(blob, "diary.safetensors");
  });
  await expect(figure.locator(".message")).toContainText("diary.safetensors");
  await expect(figure).not.toHaveAttribute("aria-busy");
  const heights = (await told()).length;
  // The last of what it does is asked of it in order: a greeting is answered with a height.
  await host.page.evaluate(() => {
    const frame = document.querySelector("iframe");
    frame?.contentWindow?.postMessage({ heed: 1, type: "hello" }, "*");
  });
  await expect.poll(async () => (await told()).length).toBeGreaterThan(heights);
  expect(await states()).toEqual([]);
  await expectNoSecrets(told);
});
