import { expect, test } from "vitest";
import { embedCode, embedForms, formsOf } from "../../web/src/figure/menus/embed-code";

const wish = {
  tag: "heed-notebook",
  attributes: { tokens: "5", title: '"><script>alert(1)</script>' },
  controls: false,
  base: "https://example.org/figures/",
  title: "A <b>title</b>",
};

test("the code names the writer's own files, the settings and what is hidden", () => {
  expect(embedCode("script", { ...wish, attributes: { tokens: "5" } })).toBe(
    '<script src="https://example.org/figures/heed-figures.js"></script>\n<heed-notebook tokens="5" controls="none"></heed-notebook>\n',
  );
  expect(embedCode("iframe", { ...wish, attributes: { tokens: "5" }, controls: true })).toContain(
    'src="https://example.org/figures/embed.html?figure=heed-notebook&amp;tokens=5"',
  );
});

test("text in attributes and titles stays text in every form", () => {
  for (const form of embedForms) {
    const code = embedCode(form, wish);
    expect(code).not.toContain("<script>alert");
    expect(code).not.toContain("<b>title");
  }
});

test("figures that are not in the one script come as modules, and not as one file", () => {
  const scaling = { ...wish, tag: "heed-scaling", attributes: {} };
  expect(embedCode("script", scaling)).toContain('<script type="module" src="https://example.org/figures/figures.js">');
  expect(formsOf("heed-scaling")).toEqual(["script", "iframe"]);
  expect(formsOf("heed-notebook")).toEqual(["script", "iframe", "file"]);
});

test("what a reader brought stands behind the # of a frame's address, where no server sees it", () => {
  const own = { ...wish, tag: "heed-sentence", attributes: { text: "a diary", layer: "2" } };
  const ownSearch = "?sentence-text=a+diary&sentence-layer=2";
  const [, address = ""] = /src="([^"]*embed\.html[^"]*)"/.exec(embedCode("iframe", { ...own, ownSearch })) ?? [];
  const { search, hash } = new URL(address.replaceAll("&amp;", "&"));
  expect(search).toBe("?figure=heed-sentence&controls=none");
  expect(hash).toBe("#figure~sentence-text=a+diary&sentence-layer=2");
});
