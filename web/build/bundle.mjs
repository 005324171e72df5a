import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "lightningcss";
import { repository } from "../../cpp/toolchain/prepare.mjs";

export const source = join(repository, "web/src");

/** `import css from "./figure.css?inline"`: the text of a style sheet, made short. */
export const inlineCss = () => ({
  name: "inline-css",
  load(id) {
    if (!id.endsWith(".css?inline")) return null;
    const file = id.replace("?inline", "");
    const { code } = transform({ filename: file, code: readFileSync(file), minify: true });
    return { code: `export default ${JSON.stringify(code.toString())}`, moduleType: "js" };
  },
  resolveId: (id, importer) => (id.endsWith(".css?inline") ? join(dirname(importer), id) : null),
});

/** Modules by name that are made here: { "virtual:wasm": text of the module }. */
export const made = (modules) => ({
  name: "made",
  resolveId: (id) => (id in modules ? `\0${id}` : null),
  load: (id) => (id.startsWith("\0virtual:") ? { code: modules[id.slice(1)], moduleType: "js" } : null),
});

/** NAME.VARIANT.ts takes the place of NAME.ts where there is one. */
export const variant = (name) => ({ extensions: [`.${name}.ts`, ".ts", ".js"] });
