/** Every figure, put on a page and taken away again and again: nothing of it stays. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { coreFigures } from "../../web/src/figures/core-list";
import { figures } from "../../web/src/figures/list";
import { exampleAttributes } from "./example-attributes";
import { expect, type HostPage, test } from "./host-page";
import { countObjectUrls, whatIsLeft } from "./what-is-left";

/** With an id and a place in the address, which is followed as long as the figure is there. */
const put = ({ page }: HostPage, tag: string) =>
  page.evaluate(
    ({ name, attributes }) => {
      const figure = document.createElement(name);
      figure.id = "figure";
      figure.setAttribute("address", "");
      for (const [key, value] of Object.entries(attributes)) figure.setAttribute(key, value);
      document.body.append(figure);
    },
    { name: tag, attributes: exampleAttributes(tag) },
  );

const takeAway = ({ page }: HostPage, tag: string) =>
  page.evaluate((name) => document.querySelector(name)?.remove(), tag);

async function drawn(host: HostPage, tag: string): Promise<void> {
  const figure = host.figure(tag);
  await expect(figure.locator(".message")).not.toBeEmpty();
  await expect(figure).not.toHaveAttribute("aria-busy");
  await expect(figure.locator("canvas, svg").first()).toBeVisible();
}

/** Drawn and taken away; taken away while it is computed, or its model fetched; in the turn in which it was put there; moved. */
async function cycle(host: HostPage, tag: string): Promise<void> {
  await put(host, tag);
  await drawn(host, tag);
  await takeAway(host, tag);
  await put(host, tag);
  await host.page.evaluate(() => new Promise(requestAnimationFrame));
  await takeAway(host, tag);
  await host.page.evaluate((name) => {
    const figure = document.createElement(name);
    figure.id = "figure";
    figure.setAttribute("address", "");
    document.body.append(figure);
    figure.remove();
    document.body.append(figure);
    document.body.prepend(figure);
    figure.remove();
  }, tag);
  // The workers of the engine end a second after the last figure.
  await expect.poll(() => host.page.workers().length, { timeout: 15_000 }).toBe(0);
}

/** The observers of a page that look for figures; their objects come and go with what the debugger is told of them. */
const ofPage: Readonly<Record<string, number>> = { IntersectionObserver: 1, MutationObserver: 1 };

async function expectNothingLeft({ page }: HostPage, tag: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const tooMany = async () =>
    Object.entries(await whatIsLeft(page, session, tag)).filter(([name, count]) => count > (ofPage[name] ?? 0));
  await expect.poll(tooMany, { timeout: 15_000 }).toEqual([]);
}

for (const [form, tags] of Object.entries({ module: Object.keys(figures), script: Object.keys(coreFigures) }))
  for (const tag of tags)
    test(`<${tag}> from the ${form} leaves nothing behind`, async ({ host }) => {
      test.setTimeout(90_000);
      await countObjectUrls(host.page);
      await host.open(`blank-${form}.html`);
      for (let i = 0; i < 2; i++) await cycle(host, tag);
      await expectNothingLeft(host, tag);
      expect(host.problems).toEqual([]);
    });

test("every figure of the page is among them", () => {
  const folders = readdirSync(join(import.meta.dirname, "../../web/src/figures"), { withFileTypes: true });
  const tags = folders.filter((entry) => entry.isDirectory()).map(({ name }) => `heed-${name}`);
  expect(Object.keys(figures).sort()).toEqual(tags.sort());
});

/** Files, by the figure that opens them. */
const files = {
  "heed-training": readFileSync(join(import.meta.dirname, "../../dist/package/models/induction.safetensors")),
  "heed-heads": Buffer.from(JSON.stringify({ weights: Array(300).fill(Array(300).fill(1 / 300)) })),
  "heed-attention": Buffer.from(JSON.stringify({ weights: Array(300).fill(Array(300).fill(1 / 300)) })),
};

for (const [tag, file] of Object.entries(files))
  test(`<${tag}> that is taken away while it opens a file leaves nothing behind, and shows nothing of it`, async ({
    host,
  }) => {
    test.setTimeout(60_000);
    const { page } = host;
    await countObjectUrls(page);
    await host.open("blank-module.html");
    await put(host, tag);
    await drawn(host, tag);
    const opened = await page.evaluate(
      async ([name, base64]) => {
        const blob = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
        const figure = document.querySelector(name) as HTMLElement & { open(blob: Blob, name: string): Promise<void> };
        // The bytes have been read, and the worker is at work.
        const { Worker: RealWorker } = globalThis;
        const started = new Promise<void>((resolve) => {
          globalThis.Worker = class extends RealWorker {
            constructor(...settings: ConstructorParameters<typeof Worker>) {
              super(...settings);
              resolve();
            }
          };
        });
        const opening = figure.open(blob, "mine");
        await started;
        globalThis.Worker = RealWorker;
        figure.remove();
        await opening;
        return figure.shadowRoot?.querySelector(".message")?.textContent ?? "";
      },
      [tag, file.toString("base64")] as const,
    );
    expect(opened).not.toContain("mine");
    await expect.poll(() => page.workers().length, { timeout: 15_000 }).toBe(0);
    await expectNothingLeft(host, tag);
  });
