import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const folder = join(import.meta.dirname, "../lessons");
const mark = /^ *<!-- lesson: ([a-z-]+) -->$/gm;

/** Puts web/lessons/NAME.html in place of `<!-- lesson: NAME -->`: the article is one page, its sections one file each. */
export function lessons(): Plugin {
  return {
    name: "lessons",
    configureServer({ watcher, ws }) {
      watcher.add(folder);
      watcher.on("change", (file) => {
        if (file.startsWith(folder)) ws.send({ type: "full-reload" });
      });
    },
    transformIndexHtml: {
      order: "pre",
      handler: (html) =>
        html.replace(mark, (_, name) => withoutIndent(readFileSync(join(folder, `${name}.html`), "utf8").trimEnd())),
    },
  };
}

/** What is printed as it is keeps its spaces. */
const withoutIndent = (html: string) =>
  html
    .split(/(<pre>.*?<\/pre>)/s)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/^ +/gm, "")))
    .join("");
