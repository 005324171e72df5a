/** What shows something in figures that have nothing of their own to show. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const recording = readFileSync(join(import.meta.dirname, "../../web/public/example.heed")).toString("base64");

const attributes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "heed-attention": { experiment: "multi-head" },
  "heed-recording": { src: `data:application/octet-stream;base64,${recording}` },
};

export const exampleAttributes = (tag: string): Readonly<Record<string, string>> => attributes[tag] ?? {};
