import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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

/** Files of `folder` take the place of those of the same name elsewhere. */
export const instead = (folder) => ({
  name: "instead",
  async resolveId(id, importer) {
    if (!importer || !id.startsWith(".") || dirname(importer) === folder) return null;
    const resolved = await this.resolve(id, importer, { skipSelf: true });
    const other = resolved && join(folder, basename(resolved.id));
    return other && existsSync(other) ? other : null;
  },
});
