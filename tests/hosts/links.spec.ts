/** "Copy link" on other people's pages: it shows the figure exactly as it was, or is not offered. */
import { expect, type HostPage, test } from "./host-page";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

async function copyLink({ page }: HostPage, selector: string): Promise<string> {
  const element = page.locator(selector);
  await element.getByRole("button", { name: "share" }).click();
  await element.getByRole("button", { name: "Copy a link" }).click();
  await expect(element.getByText("Copied. The link shows")).toBeVisible();
  return page.evaluate(() => navigator.clipboard.readText());
}

const set = (host: HostPage, selector: string, change: object) =>
  host.page.locator(selector).evaluate((figure, values) => {
    const element = figure as HTMLElement & { state: object };
    element.state = { ...element.state, ...values };
  }, change);

const stateOf = (host: HostPage, selector: string) =>
  host.page.locator(selector).evaluate((figure) => JSON.stringify((figure as unknown as { state: unknown }).state));

for (const form of ["script", "module"])
  test(`from the ${form}: a link restores its figure, brings it into view, and leaves the others`, async ({ host }) => {
    await host.open(`linked-${form}.html?page=3`);
    const { page } = host;
    await page.locator("#two").scrollIntoViewIfNeeded();
    await expect(page.locator("#one .statistics tbody tr")).toHaveCount(3);
    // Among it what equals a default, but not what the page says.
    await set(host, "#one", { heads: 4, tokens: 5, locked: { query: 2, key: 1, map: 3 } });
    await expect(page.locator("#one .statistics tbody tr")).toHaveCount(5);
    const before = await stateOf(host, "#one");
    const link = await copyLink(host, "#one");
    expect(link).toMatch(/\?page=3#one~tokens=5&cell=2,1&map=3$/);
    await page.goto("about:blank");
    await page.goto(link);
    await expect(page.locator("#one .statistics tbody tr")).toHaveCount(5);
    expect(await stateOf(host, "#one")).toBe(before);
    await expect(page.locator("#one")).toBeInViewport();
    await expect(page.locator("heed-notebook").first()).not.toBeInViewport();
    // Another link on the same page; and a figure that is put elsewhere keeps what the reader has set since.
    await page.evaluate(() => {
      location.hash = "#two~masks-mask=window&masks-before=1";
    });
    await expect(page.locator("#two")).toBeInViewport();
    await expect.poll(() => stateOf(host, "#two")).toContain('"mask":"window"');
    await set(host, "#two", { before: 4 });
    // What is restored is so in a later turn, before the next frame.
    await page.locator("#two").evaluate((figure) => {
      document.body.prepend(figure);
      return new Promise(requestAnimationFrame);
    });
    expect(await stateOf(host, "#two")).toContain('"before":4');
  });

test("no link is offered where none would be restored", async ({ host }) => {
  await host.open("linked-script.html");
  const figure = host.page.locator("heed-notebook").first();
  await figure.getByRole("button", { name: "share" }).click();
  await expect(figure.getByRole("button", { name: "Put the figure on a page" })).toBeVisible();
  await expect(figure.getByRole("button", { name: "Copy a link" })).toHaveCount(0);
});

test("a reader's numbers travel in the link, behind the #, and a damaged link says so", async ({ host }) => {
  await host.open("linked-script.html");
  const { page } = host;
  const figure = page.locator("#three");
  await figure.scrollIntoViewIfNeeded();
  await expect(figure.locator(".message")).toContainText("the source experiment");
  await figure.evaluate((element) => {
    const rows = Array.from({ length: 24 }, (_, i) =>
      Array.from({ length: 24 }, (_, j) => ((i * 3 + j * 7) % 24) / 276),
    );
    const clipboardData = new DataTransfer();
    clipboardData.setData(
      "text/plain",
      JSON.stringify({ weights: [rows, [...rows].reverse()], tokens: rows.map((_, i) => `<i>${i}</i>`) }),
    );
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
  });
  await expect(figure.locator(".message")).toHaveText("pasted text: weights: 1 layer, 2 heads, 24 queries × 24 keys.");
  await figure.getByRole("button", { name: "Head 2" }).click();
  await figure.getByRole("radio", { name: "log" }).check({ force: true });
  await expect(figure).not.toHaveAttribute("aria-busy");
  const note = (await figure.locator(".note").textContent()) ?? "";
  const link = await copyLink(host, "#three");
  expect(link).toMatch(/linked-script\.html#three~[\w-]+$/);
  // 1,152 weights, of which each but few are like others: less than a character each.
  expect(link.length).toBeLessThan(1152);
  await page.goto("about:blank");
  await page.goto(link);
  await expect(figure.locator(".message")).toHaveText("pasted text: weights: 1 layer, 2 heads, 24 queries × 24 keys.");
  await expect(figure.locator(".note")).toHaveText(note);
  await expect(figure.getByRole("radio", { name: "log" })).toBeChecked();
  await expect(figure.locator(".title")).toHaveText("Head 2");
  // Cut off, as programs do: what stands before is kept, and the page's own data are shown.
  await page.goto("about:blank");
  await page.goto(link.slice(0, -200));
  await expect(figure.locator(".message")).toHaveText(
    "The link is damaged: it cannot be read from “attention-data” on.",
  );
  await expect(figure.getByRole("radio", { name: "log" })).toBeChecked();
  await expect(figure.locator(".title")).toHaveText("Head 2");
});

test("a figure in a frame has a link to the frame's page", async ({ host }) => {
  await host.open("../lib/embed.html?figure=heed-masks&seed=7");
  await expect(host.figure("heed-masks").locator("canvas").first()).toBeVisible();
  await set(host, "heed-masks", { seed: 9, mask: "window" });
  const link = await copyLink(host, "heed-masks");
  expect(link).toMatch(/embed\.html\?figure=heed-masks&seed=7#figure~masks-mask=window&masks-seed=9$/);
  await host.page.goto("about:blank");
  await host.page.goto(link);
  await expect.poll(() => stateOf(host, "heed-masks")).toContain('"seed":9');
});
