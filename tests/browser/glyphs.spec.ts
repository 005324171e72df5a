/** Letters and signs are drawn where the machine has text fonts only: no box stands in the place of one. */
import { expect, type Page, test } from "@playwright/test";
import { layout } from "./font-sets.mjs";

/** All figures of the article, drawn. */
async function openArticle(page: Page) {
  await page.goto("/");
  for (const figure of await page.locator("main > .breakout").all()) {
    await figure.scrollIntoViewIfNeeded();
    await expect(figure.locator(".figure")).toBeVisible();
    await expect(figure).not.toHaveAttribute("aria-busy");
  }
}

/** The characters of all text, those inside figures among them, whose picture is that of a character that no font has. */
function missingGlyphs(): string[] {
  const textsOf = (root: Document | ShadowRoot): string[] => {
    const own = [root instanceof Document ? (root.body.innerText ?? "") : (root.textContent ?? "")];
    const inner = [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? textsOf(shadowRoot) : []));
    return [...own, ...inner];
  };
  const maths = [...document.querySelectorAll("math")].map(({ textContent }) => textContent ?? "");
  const characters = new Set([...textsOf(document), ...maths].join("").replace(/\s|\p{Cf}|\p{M}/gu, ""));
  const canvas = new OffscreenCanvas(60, 60);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  const pictureOf = (character: string) => {
    context.clearRect(0, 0, 60, 60);
    context.font = "40px serif";
    context.fillText(character, 8, 44);
    return context.getImageData(0, 0, 60, 60).data.join();
  };
  const box = pictureOf("\u{10fffe}");
  // No font has this one either: a picture that differs would not tell that a glyph is missing.
  const isMissing = (character: string) => pictureOf(character) === box;
  if (!isMissing("\ue000") || isMissing("a")) throw new Error("characters that no font has cannot be told from others");
  return [...characters].filter(isMissing);
}

test(`every character of the article has a glyph ${layout}`, async ({ page }) => {
  test.slow();
  await openArticle(page);
  expect(await page.evaluate(missingGlyphs)).toEqual([]);
});

test(`variables of formulas are italic letters of the text’s font, names of functions upright ${layout}`, async ({
  page,
}) => {
  await page.goto("/");
  await page.locator("heed-steps").scrollIntoViewIfNeeded();
  await expect(page.locator("heed-steps math mi").first()).toBeVisible();
  const letters = await page.locator("math mi").evaluateAll((all) =>
    all.map((letter) => {
      const { fontStyle, textTransform } = getComputedStyle(letter);
      return { text: letter.textContent ?? "", fontStyle, textTransform };
    }),
  );
  expect(letters.length).toBeGreaterThan(60);
  for (const { text, fontStyle, textTransform } of letters) {
    expect(textTransform, text).toBe("none");
    // T is the temperature, and the superscript of a transposed matrix.
    if (text !== "T") expect(fontStyle, text).toBe(text.length === 1 ? "italic" : "normal");
  }
});
