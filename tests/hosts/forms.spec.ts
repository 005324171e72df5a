/** The ways in which a figure gets onto a page, each on a page that a writer could have made. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { embedCode } from "../../web/src/figure/menus/embed-code";
import { expect, test } from "./host-page";

const library = join(import.meta.dirname, "../../dist/package");

test("a classic script and elements: nothing else is requested", async ({ host }) => {
  await host.open("script.html");
  await host.drawn(3);
  expect(host.requests.map((url) => new URL(url).pathname)).toEqual(["/pages/script.html", "/lib/heed-figures.js"]);
  expect(host.page.workers().length).toBeGreaterThan(0);
  await expect(host.figure("heed-attention").getByText("<b>a</b>", { exact: true }).first()).toBeVisible();
});

test("a module fetches what the page shows, when it comes near", async ({ host }) => {
  await host.page.setViewportSize({ width: 1200, height: 300 });
  await host.open("module.html");
  await expect.poll(() => host.requests.join()).toContain("heed-notebook.js");
  expect(host.requests.join()).not.toContain("heed-long-map.js");
  for (const tag of ["heed-attention", "heed-long-map"]) await host.figure(tag).scrollIntoViewIfNeeded();
  await host.drawn(3);
  expect(host.requests.join()).not.toContain("heed-lab");
});

for (const name of ["script-elsewhere", "module-elsewhere"])
  test(`${name}: the script may come from another site`, async ({ host }) => {
    await host.open(`${name}.html`);
    await host.drawn(1);
    expect(host.page.workers().length).toBeGreaterThan(0);
  });

test("scripts that stand on a page twice, in two forms, do no harm", async ({ host }) => {
  await host.open("twice.html");
  await host.drawn(1);
});

test("a frame gets the height of its figure, follows it, and stands on the page's ground", async ({ host }) => {
  await host.open("frame.html");
  const frame = host.page.frameLocator("iframe");
  await expect(frame.locator(".statistics tbody tr")).toHaveCount(3);
  await expect(frame.getByText("What to <b>notice</b>")).toBeVisible();
  const iframe = host.page.locator("iframe");
  const gap = async () => {
    const content = await frame.locator("body").evaluate((body) => body.getBoundingClientRect().height);
    return ((await iframe.boundingBox())?.height ?? 0) - content;
  };
  const fits = () => expect.poll(async () => Math.abs(await gap())).toBeLessThan(1.5);
  await fits();
  const wide = (await iframe.boundingBox())?.height ?? 0;
  await host.page.setViewportSize({ width: 390, height: 800 });
  await expect.poll(async () => (await iframe.boundingBox())?.height ?? 0).toBeGreaterThan(wide);
  await fits();
  const paper = () =>
    frame.locator("heed-notebook").evaluate((figure) => getComputedStyle(figure).getPropertyValue("--heed-paper"));
  expect(await paper()).toBe("#141518");
  await host.page.evaluate(() => {
    document.body.style.background = "white";
  });
  await expect.poll(paper).toBe("#fcfbf8");
});

test("a frame hears only its host, and a host only its frames", async ({ host }) => {
  await host.open("frame.html");
  const iframe = host.page.getByTitle("Attention");
  const frame = iframe.contentFrame();
  await expect(frame.locator(".statistics tbody tr")).toHaveCount(3);
  await expect.poll(async () => (await iframe.boundingBox())?.height).toBeGreaterThan(301);
  const height = (await iframe.boundingBox())?.height;
  // Messages of a wrong shape, or from a window that is no frame, change nothing.
  await host.page.evaluate(() => {
    const other = document.createElement("iframe");
    document.body.append(other);
    const wrong = [{ heed: 1, type: "height", height: 77 }, { heed: 1, type: "height", height: -5 }, "height", null];
    const script = (other.contentWindow as unknown as { eval: (text: string) => void }).eval;
    for (const message of wrong) script(`parent.postMessage(${JSON.stringify(message)}, "*")`);
    for (const message of wrong) window.postMessage(message, "*");
  });
  // The host may set attributes, of the figure only.
  await iframe.evaluate((element: HTMLIFrameElement) => {
    const { origin } = new URL(element.src);
    const tell = (message: unknown) => element.contentWindow?.postMessage(message, origin);
    tell({ heed: 1, type: "set", attributes: { onclick: "document.title = 'broken'", heads: "4" } });
    tell({ heed: 1, type: "set", attributes: { heads: 8 } });
  });
  await expect(frame.locator(".statistics tbody tr")).toHaveCount(5);
  expect(await frame.locator("heed-notebook").evaluate((figure) => figure.hasAttribute("onclick"))).toBe(false);
  expect((await iframe.boundingBox())?.height).not.toBe(77);
  expect((await iframe.boundingBox())?.height).toBeGreaterThanOrEqual(height ?? Number.NaN);
  // What the reader does is told.
  const changed = iframe.evaluate(
    (element) =>
      new Promise<unknown>((resolve) =>
        element.addEventListener("heed-change", (event) => resolve((event as CustomEvent).detail.state)),
      ),
  );
  await frame.getByRole("spinbutton", { name: "tokens" }).fill("5");
  await frame.getByRole("spinbutton", { name: "tokens" }).press("Enter");
  expect(await changed).toMatchObject({ tokens: 5, heads: 4 });
});

test("a frame's page says what in its address it cannot use", async ({ host }) => {
  await host.open("../lib/embed.html?figure=heed-nothing");
  await expect(host.page.getByText("There is no figure “heed-nothing”; there are heed-notebook")).toBeVisible();
  await host.open("../lib/embed.html?figure=heed-notebook&widht=64");
  await expect(host.page.getByText("Ignored in the address: widht.")).toBeVisible();
  await host.drawn(1);
});

for (const [theme, isDark] of [
  ["", false],
  ["light dark", false],
  ["sepia", false],
  ["dark", true],
  ["light", false],
] as const)
  test(`a frame's page shows its figure whatever theme its address names: “${theme}”`, async ({ host }) => {
    await host.page.emulateMedia({ colorScheme: "light" });
    await host.open(`../lib/embed.html?${new URLSearchParams({ figure: "heed-notebook", theme })}`);
    await host.drawn(1);
    const said = host.page.getByText(`Ignored in the address: theme is light or dark, not “${theme}”.`);
    await expect(said).toHaveCount(theme === "light" || theme === "dark" ? 0 : 1);
    const { backgroundColor } = await host.page.evaluate(() => ({ ...getComputedStyle(document.documentElement) }));
    expect(backgroundColor).toBe(isDark ? "rgb(20, 21, 24)" : "rgb(252, 251, 248)");
  });

for (const name of ["constructor", "__proto__", "toString", "", "<b>"])
  test(`a frame's page says that there is no figure “${name}”`, async ({ host }) => {
    await host.open(`../lib/embed.html?${new URLSearchParams({ figure: name })}`);
    await expect(host.page.getByText(`There is no figure “${name}”; there are heed-notebook`)).toBeVisible();
    expect(host.problems).toEqual([]);
  });

test("a frame's figure can be saved as a PNG and copied as an image", async ({ host, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await host.open("frame.html");
  // As the code says that a reader copies.
  await host.page.locator("iframe").evaluate((frame: HTMLIFrameElement) => {
    frame.allow = "clipboard-write; clipboard-read";
    frame.src = `${frame.src}`;
  });
  const frame = host.page.frameLocator("iframe");
  await expect(frame.locator(".statistics tbody tr")).toHaveCount(3);
  await frame.getByRole("button", { name: "save", exact: true }).click();
  const [download] = await Promise.all([
    host.page.waitForEvent("download"),
    frame.getByRole("button", { name: "Save as PNG, 1 times the size on screen" }).click(),
  ]);
  const png = readFileSync(await download.path());
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(600);
  await frame.getByRole("button", { name: "Copy as an image" }).click();
  await expect(frame.getByText("Copied as an image.")).toBeVisible();
});

test("several frames with their script pasted beside each: a change is told once, to the frame that it is of", async ({
  host,
}) => {
  await host.open("frames.html");
  const one = host.page.frameLocator("iframe >> nth=0");
  await expect(one.locator(".statistics tbody tr")).toHaveCount(3);
  await host.page.getByTitle("Two").scrollIntoViewIfNeeded();
  await expect.poll(async () => (await host.page.getByTitle("Two").boundingBox())?.height).toBeGreaterThan(301);
  await host.page.evaluate(() => {
    const heard: [string, unknown][] = [];
    document.addEventListener("heed-change", (event) =>
      heard.push([(event.target as HTMLIFrameElement).title, (event as CustomEvent).detail.state.seed]),
    );
    Object.assign(globalThis, { heard });
  });
  const made = await one.locator("heed-notebook").evaluateHandle((figure) => {
    const seeds: unknown[] = [];
    figure.addEventListener("heed-change", (event) => seeds.push((event as CustomEvent).detail.state.seed));
    return seeds;
  });
  for (const seed of ["7", "8"]) {
    await one.getByRole("spinbutton", { name: "seed" }).fill(seed);
    await one.getByRole("spinbutton", { name: "seed" }).press("Enter");
  }
  const heard = () => host.page.evaluate(() => (globalThis as unknown as { heard: [string, unknown][] }).heard);
  await expect.poll(async () => (await heard()).at(-1)).toEqual(["One", 8]);
  await expect.poll(heard).toEqual((await made.jsonValue()).map((seed) => ["One", seed]));
});

test("one HTML file opens from a disk, without a server and without a network", async ({ host, context }) => {
  const script = readFileSync(join(library, "heed-figures.js"), "utf8");
  const wish = { tag: "heed-notebook", attributes: { heads: "2" }, controls: true, base: "", title: "A figure" };
  const html = embedCode("file", wish).replace(
    '<script src="heed-figures.js"></script>',
    () => `<script>${script}</script>`,
  );
  const file = test.info().outputPath("figure.html");
  writeFileSync(file, html);
  await context.setOffline(true);
  await host.page.goto(pathToFileURL(file).href);
  await host.drawn(1);
  expect(host.requests).toEqual([pathToFileURL(file).href]);
});

test("a page on a disk beside the script works too", async ({ host }) => {
  writeFileSync(test.info().outputPath("heed-figures.js"), readFileSync(join(library, "heed-figures.js")));
  writeFileSync(
    test.info().outputPath("page.html"),
    readFileSync(join(import.meta.dirname, "pages/script.html"), "utf8").replace("../lib/", ""),
  );
  await host.page.goto(pathToFileURL(test.info().outputPath("page.html")).href);
  await host.drawn(3);
});

test("a module draws into a given node, as Observable's cells want it", async ({ host }) => {
  await host.open("widget.html");
  await host.drawn(1);
  const figure = host.page.locator("#cell > heed-attention");
  await expect(figure.getByText("Two <b>tokens</b>")).toBeVisible();
  await expect(figure.locator(".message")).toContainText("1 head, 2 queries × 2 keys");
});

test("the module has anywidget's form: traits in, state out, and an end", async ({ host }) => {
  await host.open("widget.html");
  await host.drawn(1);
  await host.page.evaluate(async () => {
    const { default: widget } = await import("/lib/heed-widget.js" as string);
    const traits: Record<string, unknown> = {
      figure: "heed-notebook",
      attributes: { heads: 2, causal: true },
      state: null,
    };
    const listeners = new Map<string, () => void>();
    const model = {
      saved: 0,
      get: (name: string) => traits[name],
      set: (name: string, value: unknown) => {
        traits[name] = value;
      },
      save_changes: () => model.saved++,
      on: (event: string, changed: () => void) => listeners.set(event, changed),
      off: (event: string) => listeners.delete(event),
    };
    const el = document.createElement("div");
    el.id = "output";
    document.body.append(el);
    const end = await widget.render({ model, el });
    Object.assign(globalThis, { traits, listeners, model, end });
  });
  await host.drawn(2);
  const figure = host.page.locator("#output > heed-notebook");
  await expect(figure.locator(".statistics tbody tr")).toHaveCount(3);
  type Kernel = {
    traits: { attributes: unknown; figure: string; data: unknown; state: { tokens: number; mask: string } };
    listeners: Map<string, () => void>;
    model: { saved: number };
    end: () => void;
  };
  // Python sets a trait.
  await host.page.evaluate(() => {
    const { traits, listeners } = globalThis as unknown as Kernel;
    traits.attributes = { heads: 4 };
    listeners.get("change:attributes")?.();
  });
  await expect(figure.locator(".statistics tbody tr")).toHaveCount(5);
  await expect(figure).not.toHaveAttribute("causal");
  // The reader sets something.
  await figure.getByRole("spinbutton", { name: "tokens" }).fill("5");
  await figure.getByRole("spinbutton", { name: "tokens" }).press("Enter");
  const state = () => host.page.evaluate(() => (globalThis as unknown as Kernel).traits.state);
  await expect.poll(state).toMatchObject({ tokens: 5, mask: "none" });
  // Another figure, with bytes as Jupyter brings them.
  await host.page.evaluate(() => {
    const { traits, listeners } = globalThis as unknown as Kernel;
    traits.data = { weights: { shape: [1, 2], data: new DataView(new Float32Array([0.25, 0.75]).buffer) } };
    traits.figure = "heed-attention";
    traits.attributes = {};
    listeners.get("change:figure")?.();
  });
  await expect(host.page.locator("#output > heed-attention .message")).toContainText("1 query × 2 keys");
  await expect(host.page.locator("#output > *")).toHaveCount(1);
  const left = await host.page.evaluate(() => {
    const { end, listeners } = globalThis as unknown as Kernel;
    end();
    return listeners.size + (document.querySelector("#output")?.childElementCount ?? -1);
  });
  expect(left).toBe(0);
});

test("a widget says what it cannot show, and shows what comes after; the kernel learns nothing of a reader's file", async ({
  host,
}) => {
  await host.open("widget.html");
  await host.drawn(1);
  type Kernel = {
    traits: Record<string, unknown>;
    change: (traits: Record<string, unknown>) => void;
    told: unknown[];
    end: () => void;
  };
  await host.page.evaluate(async () => {
    const { default: widget } = await import("/lib/heed-widget.js" as string);
    const traits: Record<string, unknown> = { figure: "heed-nothing", attributes: {}, data: {}, state: null };
    const listeners = new Map<string, () => void>();
    const told: unknown[] = [];
    const model = {
      get: (name: string) => traits[name],
      set: (name: string, value: unknown) => {
        traits[name] = value;
        told.push(value);
      },
      save_changes: () => {},
      on: (event: string, changed: () => void) => listeners.set(event, changed),
      off: (event: string) => listeners.delete(event),
    };
    const el = document.createElement("div");
    el.id = "output";
    document.body.append(el);
    const end = await widget.render({ model, el });
    const change = (changed: Record<string, unknown>) => {
      Object.assign(traits, changed);
      for (const name of Object.keys(changed)) listeners.get(`change:${name}`)?.();
    };
    Object.assign(globalThis, { traits, change, told, end });
  });
  const change = (traits: Record<string, unknown>) =>
    host.page.evaluate((changed) => (globalThis as unknown as Kernel).change(changed), traits);
  const output = host.page.locator("#output");
  await expect(output.getByRole("alert")).toContainText("there is no figure <heed-nothing>");
  await change({ figure: "heed-masks", data: { weights: [[1]] } });
  await expect(output.getByRole("alert")).toHaveText("<heed-masks> takes no data; <heed-attention> does");
  await change({ data: { weights: [[0.25, 0.75]] }, figure: "heed-attention" });
  const figure = output.locator("> heed-attention");
  await expect(figure.locator(".message")).toContainText("1 query × 2 keys");
  await expect(output.getByRole("alert")).toHaveCount(0);
  await expect(output.locator("> *")).toHaveCount(1);
  const buffer = Buffer.from(JSON.stringify({ weights: [[0.8125, 0.1875]], tokens: ["Zanzibar", "quokka"] }));
  await figure.locator("input[type=file]").setInputFiles({ name: "diary.json", mimeType: "", buffer });
  await expect(figure.locator(".message")).toContainText("diary.json");
  await figure.getByRole("radio", { name: "log" }).check({ force: true });
  const told = () => host.page.evaluate(() => (globalThis as unknown as Kernel).told);
  await expect.poll(async () => (await told()).at(-1)).toEqual({ mask: "none", temperature: 1, colours: "log" });
  expect(JSON.stringify(await told())).not.toMatch(/diary|Zanzibar|0\.8125/);
  // Ended while it makes another figure, it leaves none.
  const left = await host.page.evaluate(async () => {
    const { change: changed, end } = globalThis as unknown as Kernel;
    changed({ figure: "heed-look-up", data: {} });
    for (let turn = 0; turn < 2; turn++) await Promise.resolve();
    end();
    await customElements.whenDefined("heed-look-up");
    await new Promise(requestAnimationFrame);
    return document.querySelector("#output")?.childElementCount;
  });
  expect(left).toBe(0);
});
