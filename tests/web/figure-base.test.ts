/** What figures are made of. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../web/src/figures");
const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** Its data come from its page, from files and from scripts, and it computes by itself. */
const apart = ["attention"];

it("finds the figures", () => expect(names.length).toBeGreaterThan(15));

it.each(names.filter((name) => !apart.includes(name)))("heed-%s is a FigureElement", (name) => {
  expect(readFileSync(join(folder, name, `heed-${name}.ts`), "utf8")).toMatch(/ extends FigureElement</);
});
