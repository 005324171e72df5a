/** What a reader does between a request and its answer is kept, in every figure. */
import { expect, type Locator, type Page, test } from "@playwright/test";
import type { AnyFigure } from "../../web/src/figure/figure-element";
import {
  answersHeld,
  busyAfterChanges,
  canHoldAnswers,
  holdAnswers,
  passAnswers,
  releaseAnswers,
  watchBusy,
} from "./held-answers";

const setting = (figure: Locator, name: string) => figure.getByRole("spinbutton", { name, exact: true });

async function set(figure: Locator, name: string, value: string): Promise<void> {
  await setting(figure, name).fill(value);
  await setting(figure, name).press("Enter");
}

/** What has the keyboard's focus, inside of figures too. */
const focused = (page: Page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return `${element?.localName}.${element?.className}`;
  });

/** The numbers of what is drawn whose name begins with `name`, and the labels along each of their axes. */
const numbersOf = (figure: Locator, name: string) =>
  figure.evaluate((element, start) => {
    const found = (element as AnyFigure).data().find((each) => each.name.startsWith(start));
    return {
      values: Array.from(found?.values ?? []),
      labels: found?.axes.map(({ labels }) => [...(labels ?? [])]) ?? [],
    };
  }, name);

/** Sums of the numbers that are drawn, each by its place: other numbers have others. */
const sumsOf = (figure: Locator) =>
  figure.evaluate((element) =>
    (element as AnyFigure)
      .data()
      .map(({ values }) => Array.from(values).reduce((sum, value, i) => sum + (i + 1) * value, 0)),
  );

interface Act {
  readonly tag: string;
  readonly search?: string;
  /** Makes the figure ask for numbers. */
  readonly ask: (figure: Locator) => Promise<void>;
  /** What the reader does before they come. */
  readonly act: (figure: Locator, page: Page) => Promise<void>;
  /** Seen when they have come, and when what the act itself asked for is still on its way. */
  readonly kept: (figure: Locator, page: Page) => Promise<void>;
  /** Seen once the numbers of the first request are there. */
  readonly answered: (figure: Locator) => Promise<void>;
  /** What is asked for has the same numbers: nothing is trained yet. */
  readonly hasSameNumbers?: true;
}

const walkToFirst = (cells: string) => async (figure: Locator, page: Page) => {
  await figure.locator(cells).first().focus();
  await page.keyboard.press("Control+Home");
};
const reads = (text: string | RegExp) => (figure: Locator) =>
  expect(figure.locator(".reading").first()).toContainText(text);
const says = (text: string) => (figure: Locator) => expect(figure.locator(".provenance")).toContainText(text);

const acts: readonly Act[] = [
  {
    tag: "heed-look-up",
    ask: (figure) => figure.locator('.handle[aria-label^="Key “river” at"]').press("ArrowRight"),
    act: (figure) => figure.locator('.handle[aria-label^="Value “over” at"]').focus(),
    kept: reads("The query scores the key “over” with"),
    // It stood at 2.10.
    answered: (figure) => expect(figure.getByLabel("Key “river” at 2.20, 0.50", { exact: true })).toBeVisible(),
  },
  {
    tag: "heed-steps",
    ask: (figure) => set(figure, "seed", "7"),
    act: (figure) => figure.getByRole("radio", { name: "scores" }).press("ArrowRight"),
    kept: (figure) => expect(figure.getByRole("radio", { name: "scaled" })).toBeChecked(),
    answered: says("seed 7"),
  },
  {
    tag: "heed-scaling",
    ask: (figure) => set(figure, "keys", "32"),
    // Not entered yet.
    act: (figure) => setting(figure, "seed").fill("12"),
    kept: (figure) => expect(setting(figure, "seed")).toHaveValue("12"),
    answered: (figure) =>
      expect
        .poll(() => figure.evaluate((element) => (element as AnyFigure).data()[1]?.axes.map(({ size }) => size)))
        .toEqual([2, 32]),
  },
  {
    tag: "heed-temperature",
    ask: (figure) => set(figure, "temperature", "2"),
    act: async (figure, page) => {
      await walkToFirst(".cells")(figure, page);
      await page.keyboard.press("Enter");
    },
    kept: async (figure, page) => {
      await expect(figure).toHaveClass(/locked/);
      await reads(/[Qq]uery 0 /)(figure);
      await expect(page).toHaveURL(/temperature-query=0/);
    },
    // Of query 0, which sees all keys.
    answered: (figure) =>
      expect
        .poll(async () => {
          const weights = (await numbersOf(figure, "weights")).values.slice(0, 8);
          const logits = (await numbersOf(figure, "logits")).values.slice(0, 8);
          const powers = logits.map((logit) => Math.exp(logit / 2));
          const sum = powers.reduce((a, b) => a + b);
          return Math.max(...powers.map((power, key) => Math.abs(power / sum - (weights[key] ?? 0))));
        })
        // Float32 of what is computed here in double precision.
        .toBeLessThan(1e-6),
  },
  {
    tag: "heed-masks",
    ask: (figure) => set(figure, "seed", "7"),
    act: async (figure, page) => {
      await walkToFirst(".cells")(figure, page);
      await page.keyboard.press("Enter");
    },
    kept: async (figure) => {
      await reads(/[Qq]uery 0 gives key 0 a weight of/)(figure);
      await expect(figure.locator(".drawing.locked")).toBeVisible();
    },
    answered: says("seed 7"),
  },
  {
    tag: "heed-generation",
    ask: (figure) => figure.getByRole("button", { name: "next token" }).click(),
    act: walkToFirst(".generation-chart"),
    kept: reads(/[Qq]uery 0 gives key 0/),
    answered: (figure) => expect(figure.locator(".facts caption")).toContainText("Cost of token 5"),
  },
  {
    tag: "heed-heads",
    search: "?heads-order=number",
    ask: (figure) => set(figure, "random heads", "4"),
    act: (figure) => figure.locator('[part="random"] [role=switch]').first().focus(),
    kept: (figure) => expect(figure.locator(".reading")).toContainText("Head 1"),
    answered: (figure) => expect(figure.locator('[part="random"] [role=switch]')).toHaveCount(4),
  },
  {
    tag: "heed-sentence",
    ask: (figure) => figure.getByLabel("Your text").fill("one windy morning"),
    act: (figure) => figure.getByRole("button", { name: "Layer 1, head 2" }).press("Enter"),
    kept: (figure) => expect(figure.getByLabel("Your text")).toHaveValue("one windy morning"),
    // Which weights of the head are shown is computed: it is chosen once they are there.
    answered: async (figure) => {
      await expect(figure.locator(".look-queries button")).toHaveCount(3);
      await expect(figure.getByRole("button", { name: "Layer 1, head 2" })).toHaveAttribute("aria-pressed", "true");
    },
  },
  {
    tag: "heed-training",
    search: "?training-width=32&training-heads=2",
    ask: (figure) => set(figure, "example", "2"),
    act: walkToFirst(".large .cells"),
    kept: reads(/^.*[Qq]uery 0/),
    // How the second of the sequences that are held out begins; the first has "0 x".
    answered: (figure) =>
      expect
        .poll(async () => (await numbersOf(figure, "Attention weights")).labels[1]?.slice(0, 3))
        .toEqual(["0 a", "1 s", "2 p"]),
  },
  {
    tag: "heed-notebook",
    ask: (figure) => set(figure, "tokens", "9"),
    act: walkToFirst(".cells"),
    kept: reads("Query 0 gives key 0 a weight of"),
    answered: (figure) => expect(figure.locator(".numbers")).toContainText("ln 9"),
  },
  {
    tag: "heed-long-map",
    search: "?long-tokens=2048",
    ask: (figure) => set(figure, "seed", "7"),
    act: async (figure, page) => {
      await figure.locator(".long-cells").focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
    },
    kept: async (figure, page) => {
      await expect(figure.locator(".long-picture")).toHaveClass(/locked/);
      await expect(page).toHaveURL(/long-(cell|locked)=/);
    },
    answered: (figure) => expect(figure.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "100"),
  },
  {
    tag: "heed-attention",
    ask: (figure) => figure.getByRole("radio", { name: "causal" }).check({ force: true }),
    act: walkToFirst(".cells"),
    kept: reads("Query 0 “t0” gives key 0 “t0” a weight of"),
    answered: reads("a weight of 1.000, the only key it sees"),
  },
  {
    tag: "heed-projections",
    ask: (figure) => figure.locator('.handle[aria-label^="Embedding of “river” at"]').press("ArrowRight"),
    act: (figure) => figure.getByRole("radio", { name: "rose" }).check({ force: true }),
    kept: (figure) => expect(figure.locator(".shapes")).toContainText("row of “rose”"),
    answered: reads("The query of “rose”"),
  },
  {
    tag: "heed-word-order",
    ask: (figure) => figure.getByRole("button", { name: "reverse" }).click(),
    act: walkToFirst(".cells"),
    kept: reads("at position 0 gives"),
    answered: reads("“bank” at position 0 gives “bank” at position 0"),
  },
  {
    tag: "heed-leak",
    ask: (figure) => set(figure, "seed", "7"),
    // Not entered yet.
    act: (figure) => setting(figure, "steps").fill("40"),
    kept: (figure) => expect(setting(figure, "steps")).toHaveValue("40"),
    answered: says("seed 7"),
    hasSameNumbers: true,
  },
  {
    tag: "heed-layer",
    ask: (figure) => figure.locator('.handle[aria-label^="Embedding of “river” at"]').press("ArrowRight"),
    act: (figure) => figure.getByRole("radio", { name: "rose" }).check({ force: true }),
    kept: (figure) => expect(figure.getByRole("radio", { name: "rose" })).toBeChecked(),
    answered: reads("“rose” enters at"),
  },
  {
    tag: "heed-cross-attention",
    ask: (figure) => figure.getByLabel("The word").fill("level"),
    act: (figure) => figure.getByRole("button", { name: "begin again" }).click(),
    kept: (figure) => expect(figure.getByRole("button", { name: "write the next letter" })).toBeVisible(),
    answered: reads("To write “l” after “start” (0)"),
  },
  {
    tag: "heed-cost",
    ask: (figure) => set(figure, "n", "1000"),
    act: (figure) => figure.getByRole("slider", { name: "n" }).focus(),
    kept: (figure) => expect(setting(figure, "n")).toHaveValue("1000"),
    answered: reads("For 1,000 tokens"),
  },
];

test("there is an act for every figure of the article", async ({ page }) => {
  await page.goto("/");
  const tags = await page.locator("main > .breakout").evaluateAll((all) => all.map(({ localName }) => localName));
  expect(acts.map(({ tag }) => tag).sort()).toEqual([...tags].sort());
});

for (const { tag, search = "", ask, act, kept, answered, hasSameNumbers } of acts)
  test(`${tag}: what is done before the answer is kept`, async ({ page }) => {
    await canHoldAnswers(page);
    await page.goto(`/${search}`);
    const figure = page.locator(tag);
    await figure.evaluate((element) => element.scrollIntoView());
    await expect(figure.locator(".reading").first()).not.toBeEmpty({ timeout: 20_000 });
    // Its parts are seen, and can be in focus, once it is whole.
    await expect(figure.locator(".reading").first()).toBeVisible();
    await expect(figure).not.toHaveAttribute("aria-busy");
    const before = await sumsOf(figure);
    await holdAnswers(page);
    await watchBusy(figure);
    await ask(figure);
    await expect.poll(() => answersHeld(page)).toBeGreaterThan(0);
    expect(new Set(await busyAfterChanges(page))).toEqual(new Set([true]));
    await expect(figure).toHaveAttribute("aria-busy", "true");
    await act(figure, page);
    const focus = await focused(page);
    await passAnswers(page);
    await kept(figure, page);
    expect(await focused(page)).toBe(focus);
    await releaseAnswers(page);
    await answered(figure);
    if (!hasSameNumbers) await expect.poll(() => sumsOf(figure)).not.toEqual(before);
    await expect(figure).not.toHaveAttribute("aria-busy");
    await kept(figure, page);
    expect(await focused(page)).toBe(focus);
  });
