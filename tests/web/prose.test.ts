/** How long the article's prose is, and how long its sentences are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const web = join(import.meta.dirname, "../../web");
const lessons = [...readFileSync(join(web, "index.html"), "utf8").matchAll(/<!-- lesson: ([\w-]+) -->/g)].map(
  ([, name]) => name ?? "",
);

/** What is read of a section: no formulas, no printed tables, nothing that is there for want of a script. */
function textOf(lesson: string): string {
  return readFileSync(join(web, "lessons", `${lesson}.html`), "utf8")
    .replace(/<(math|pre|noscript)\b.*?<\/\1>/gs, " ")
    .replace(/<p class="unloaded">.*?<\/p>/gs, " ")
    .replace(/<\/(p|li|h2|h3|dd|dt|legend|label|summary)>/g, ". ")
    .replace(/<[^>]+>/g, "")
    .replace(/&\w+;/g, " ");
}

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => /\w/.test(word));

/** The list of sources is looked up, not read. */
const prose = lessons.filter((lesson) => lesson !== "sources").map(textOf);

test("the article is read in at most 25 minutes, at 200 words a minute", () => {
  expect(lessons.length).toBeGreaterThanOrEqual(18);
  expect(prose.flatMap(wordsOf).length / 200).toBeLessThanOrEqual(25);
});

test("half of the sentences have at most 18 words, and one in twenty more than 30", () => {
  const lengths = prose
    .flatMap((text) => text.split(/(?<=[.?!])\s+/))
    .map((sentence) => wordsOf(sentence).length)
    .filter((length) => length > 2)
    .sort((a, b) => a - b);
  expect(lengths.length).toBeGreaterThan(300);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(18);
  expect(lengths[Math.floor(0.95 * lengths.length)]).toBeLessThanOrEqual(30);
});
