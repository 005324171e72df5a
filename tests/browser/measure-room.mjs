import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findBrowser } from "../../cpp/toolchain/browser.mjs";
import { main, repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { serve } from "../../web/start.mjs";
import { makeFontSets, withFonts } from "./font-sets.mjs";

/**
 * `npm run measure:room`: measures every figure of the article, as it comes without settings, and writes how much room each
 * is kept before it is there into web/src/hosts/styles/room.css, so that nothing below moves when it comes: as much as it takes with
 * any of the fonts that the tests are run with.
 */
const widths = [
  320, 340, 360, 375, 390, 412, 430, 481, 560, 600, 640, 660, 680, 720, 768, 820, 880, 941, 1000, 1060, 1121,
];

await main(async () => {
  await build();
  makeFontSets();
  const site = await serve(0);
  try {
    const rooms = [];
    for (const fonts of ["liberation", "dejavu", "wide"]) rooms.push(await measure(site.address, fonts));
    const [first, ...others] = rooms;
    const heights = first.map((room, i) => others.reduce((most, each) => larger(most, each[i]), room));
    writeFileSync(join(repository, "web/src/hosts/styles/room.css"), styles(heights));
  } finally {
    await site.stop();
  }
});

/** The heights of all figures, for each width. */
async function measure(address, fonts) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({
    executablePath: await findBrowser("chromium"),
    args: ["--no-sandbox", "--disable-gpu"],
    env: withFonts(fonts),
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await page.goto(address);
    for (const figure of await page.locator("main > .breakout").all()) {
      await figure.evaluate((element) => element.scrollIntoView());
      await figure.locator(".figure").waitFor();
      await page.waitForTimeout(1500);
    }
    const heights = [];
    // From width to just below the next: layouts change at some of these, and grow or shrink between them.
    for (const [index, from] of widths.entries()) {
      const at = await heightsAt(page, from);
      heights.push(larger(at, await heightsAt(page, (widths[index + 1] ?? 1201) - 1)));
      say(
        `${fonts}, ${from} px: ${Object.entries(heights.at(-1))
          .map(([tag, height]) => `${tag.slice(5)} ${height}`)
          .join(", ")}`,
      );
    }
    return heights;
  } finally {
    await browser.close();
  }
}

function larger(one, other) {
  return Object.fromEntries(Object.entries(one).map(([tag, height]) => [tag, Math.max(height, other[tag])]));
}

async function heightsAt(page, width) {
  await page.setViewportSize({ width, height: 900 });
  await page.waitForTimeout(1000);
  return page.evaluate(() => {
    const figures = [...document.querySelectorAll("main > .breakout")];
    for (const figure of figures) figure.style.setProperty("--room", "0");
    const heights = figures.map((figure) => [figure.localName, Math.ceil(figure.getBoundingClientRect().height)]);
    for (const figure of figures) figure.style.removeProperty("--room");
    return Object.fromEntries(heights);
  });
}

function anyOf(tags) {
  return `:is(\n    ${tags.join(",\n    ")}\n  )`;
}

/** Widest first: a later rule, for narrower windows, goes before an earlier one. */
function styles(heights) {
  const tags = Object.keys(heights[0]);
  const rules = (room, indent) =>
    Object.entries(room)
      // The notebook is kept room as it comes: with fewer tokens or heads it is a much smaller figure.
      .map(
        ([tag, height]) =>
          `${indent}${tag === "heed-notebook" ? `${tag}:not([data-changed])` : tag} {\n${indent}  --room: ${height}px;\n${indent}}`,
      )
      .join("\n\n");
  const last = widths.length - 1;
  const narrower = heights
    .slice(0, last)
    .map((room, index) => `  @media (max-width: ${widths[index + 1] - 1}px) {\n${rules(room, "    ")}\n  }`)
    .reverse();
  return `/* Written by \`npm run measure:room\`. Room for each figure before it is there, so that nothing below it moves. */
${tags.join(",\n")} {
  display: block;
}

@media screen and (scripting: enabled) {
  ${anyOf(tags)} {
    min-height: var(--room, 0);
  }

  /* Until it is drawn it is not seen, but its charts have their first sizes, which may take more. */
  ${anyOf(tags.filter((tag) => !["heed-notebook", "heed-long-map"].includes(tag)))}:defined:not(.drawn, .failed) {
    max-height: var(--room, none);
    overflow: clip;
  }

${rules(heights[last], "  ")}

${narrower.join("\n\n")}
}
`;
}
