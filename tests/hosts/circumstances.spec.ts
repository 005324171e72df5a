/** What pages do to figures: policies, styles, directions, what is hidden, taken away and put back, many at once. */
import { expect, type HostPage, test } from "./host-page";

test.describe("content security policies without unsafe-eval and unsafe-inline", () => {
  for (const [name, directives] of [
    ["policy-script", "script-src and worker-src blob: for the self-contained script"],
    ["policy-module", "script-src, worker-src and connect-src for the module"],
    ["policy-elsewhere", "the same for a module from another site, with worker-src blob:"],
  ])
    test(`${name}: ${directives}`, async ({ host }) => {
      await host.open(`${name}.html`);
      await host.drawn(name === "policy-script" ? 2 : 1);
      expect(host.page.workers().length).toBeGreaterThan(0);
    });

  for (const name of ["policy-no-workers", "policy-types"])
    test(`${name}: where no worker may be started, the page's own thread does the work`, async ({ host }) => {
      await host.open(`${name}.html`);
      await host.drawn(name === "policy-no-workers" ? 2 : 1);
      expect(host.page.workers()).toEqual([]);
    });

  test("where WebAssembly is forbidden, the directive that is missing is named", async ({ host }) => {
    await host.open("policy-no-wasm.html");
    await expect(host.figure().locator(".message")).toContainText("it needs 'wasm-unsafe-eval' in script-src");
  });
});

test("hostile styles change nothing inside a figure", async ({ host }) => {
  const looks = async () => {
    const { page } = host;
    await host.drawn(1);
    await page.evaluate(() => {
      const figure = document.querySelector("heed-notebook") as HTMLElement;
      figure.style.setProperty("display", "block", "important");
      figure.style.setProperty("width", "1000px", "important");
    });
    return host
      .figure()
      .locator(".figure")
      .evaluate(async (body) => {
        // In the first frame the figure is told of its size, by the next it is drawn in it.
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        const seen = [
          body,
          ...body.querySelectorAll(".controls, .reading, .statistics td, .cells, .axis, .entropy svg"),
        ];
        return seen.map((element) => {
          const { width, height } = element.getBoundingClientRect();
          const { fontSize, fontStyle, letterSpacing, textTransform, direction, color } = getComputedStyle(element);
          return { width, height, fontSize, fontStyle, letterSpacing, textTransform, direction, color };
        });
      });
  };
  await host.open("script-elsewhere.html");
  const usual = await looks();
  await host.open("hostile.html");
  expect(await looks()).toEqual(usual);
});

test("on a page that reads from right to left, numbers run as ever and the caption as the page", async ({ host }) => {
  await host.open("rtl.html");
  await host.drawn(1);
  await expect(host.figure().locator(".figure")).toHaveCSS("direction", "ltr");
  await expect(host.figure().getByText("כותרת קצרה")).toHaveCSS("direction", "rtl");
});

test("a figure that is hidden at first draws when it is shown", async ({ host }) => {
  await host.open("hidden.html");
  // All is computed by now, in no room at all.
  await expect(host.figure().locator(".statistics tbody tr")).toHaveCount(3);
  for (const tag of ["heed-notebook", "heed-attention", "heed-long-map"])
    await expect(host.figure(tag)).not.toHaveAttribute("aria-busy");
  await expect(host.figure()).toBeHidden();
  await host.page.locator("#tab").evaluate((tab) => {
    tab.style.display = "";
  });
  await host.drawn(3);
  const map = await host.figure().locator(".cells").first().boundingBox();
  expect(map?.width).toBeGreaterThan(200);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a figure shows what the writer put into it", async ({ host }) => {
    await host.open("script.html");
    await expect(host.page.getByText("The notebook, still loading.")).toBeVisible();
  });
});

test("while the script is on its way, a figure shows what the writer put into it", async ({ host }) => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await host.page.route(/heed-notebook\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await host.open("module.html");
  await expect(host.page.getByText("The notebook, still loading.")).toBeVisible();
  letGo();
  await expect(host.page.getByText("The notebook, still loading.")).toBeHidden();
});

test("a script that cannot be fetched can be asked for again", async ({ host }) => {
  await host.page.route(/heed-notebook\.js$/, (route) => route.abort());
  await host.open("module-elsewhere.html");
  const again = host.page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await host.page.unroute(/heed-notebook\.js$/);
  // Engines remember that a module could not be fetched.
  await host.page.reload();
  await host.drawn(1);
  await expect(again).toBeHidden();
});

test("with reduced data a figure waits for a click", async ({ host }) => {
  await host.page.addInitScript(() => Object.assign(navigator, { connection: { saveData: true } }));
  await host.page.addInitScript(() =>
    Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true }),
  );
  await host.open("module.html");
  const show = host.figure().getByRole("button", { name: "Show the figure" });
  await expect(show).toBeVisible();
  const other = host.figure("heed-attention").getByRole("button", { name: "Show the figure" });
  await expect(other).toBeVisible();
  const fetched = () => host.requests.filter((url) => /heed-|wasm/.test(url));
  expect(fetched()).toEqual([]);
  await show.click();
  await expect(host.figure().locator(".statistics tbody tr")).toHaveCount(3);
  await expect(show).toHaveCount(0);
  // By now one that was not held back would have been fetched as well.
  await expect(other).toBeVisible();
  expect(fetched().filter((url) => url.includes("heed-attention"))).toEqual([]);
  expect(fetched().filter((url) => url.includes("heed-notebook"))).toHaveLength(1);
});

test("a figure can be moved, and taken away and put back", async ({ host }) => {
  await host.open("script.html");
  await host.drawn(3);
  const box = await host.page.evaluateHandle(async () => {
    const figures = [...document.querySelectorAll("heed-notebook, heed-attention, heed-long-map")];
    const section = document.createElement("section");
    document.body.prepend(section);
    section.append(...figures);
    return section;
  });
  await host.drawn(3);
  await box.evaluate((section) => section.remove());
  // The engine ends some time after the last figure.
  await expect.poll(() => host.page.workers().length).toBe(0);
  await box.evaluate((section) => document.body.append(section));
  await host.drawn(3);
  await host.figure().getByRole("spinbutton", { name: "tokens" }).fill("5");
  await host.figure().getByRole("spinbutton", { name: "tokens" }).press("Enter");
  await expect(host.figure().locator(".readout")).toContainText("/5");
  await host.drawn(3);
});

/** Megabytes of the page and its workers, WebAssembly included. */
const memory = ({ page }: HostPage) =>
  page.evaluate(async () => {
    const { measureUserAgentSpecificMemory } = performance as unknown as {
      measureUserAgentSpecificMemory: () => Promise<{ bytes: number }>;
    };
    return (await measureUserAgentSpecificMemory.call(performance)).bytes / 1e6;
  });

for (const name of ["ten", "ten-module"])
  test(`${name}: ten figures share one engine`, async ({ host }) => {
    await host.open(`${name}.html`);
    await host.drawn(10);
    // One pool: no more workers than processors, and never more than four.
    const processors = await host.page.evaluate(() => navigator.hardwareConcurrency);
    expect(host.page.workers().length).toBeGreaterThan(0);
    expect(host.page.workers().length).toBeLessThanOrEqual(Math.min(4, processors));
  });

test("figures that are taken away leave nothing behind", async ({ host }) => {
  test.setTimeout(120_000);
  await host.open("/isolated/pages/ten.html");
  const html = await host.page.locator("body").innerHTML();
  const session = await host.page.context().newCDPSession(host.page);
  const takeAway = async () => {
    await host.page.evaluate(() => {
      const figures = [...document.body.children].map((figure) => new WeakRef(figure));
      document.body.replaceChildren();
      Object.assign(globalThis, { figures });
    });
    // The workers end, and with them the memory of the WebAssembly.
    await expect.poll(() => host.page.workers().length).toBe(0);
    const alive = async () => {
      await session.send("HeapProfiler.collectGarbage");
      return host.page.evaluate(
        () => (globalThis as unknown as { figures: WeakRef<Element>[] }).figures.filter((ref) => ref.deref()).length,
      );
    };
    await expect.poll(alive, { timeout: 15_000 }).toBe(0);
    return { megabytes: await memory(host), ...(await session.send("Memory.getDOMCounters")) };
  };
  await host.drawn(10);
  const full = await memory(host);
  const once = await takeAway();
  await host.page.evaluate((figures) => {
    document.body.innerHTML = figures;
  }, html);
  await host.drawn(10);
  const twice = await takeAway();
  const sizes = [full, once.megabytes, twice.megabytes].map((megabytes) => `${megabytes.toFixed(1)} MB`);
  test
    .info()
    .annotations.push({ type: "ten figures, and what they leave once and twice", description: sizes.join(", ") });
  expect(full).toBeLessThan(150);
  // The engine's own caches may differ by a little; ten figures left behind would be some ten megabytes.
  expect(twice.megabytes - once.megabytes).toBeLessThan(1);
  expect(twice.nodes).toBeLessThanOrEqual(once.nodes);
  expect(twice.jsEventListeners).toBeLessThanOrEqual(once.jsEventListeners);
});
