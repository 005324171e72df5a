import { basename, dirname, join } from "node:path";
import type { Plugin } from "vite";

const address = /new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g;

/**
 * Scripts of workers are built in one graph with the pages, so that what several of them need is in a chunk of its own, stored and
 * fetched once; Vite would build each worker by itself.
 */
export function workersInOneGraph(): Plugin {
  const files = new Map<string, string>();
  return {
    name: "workers-in-one-graph",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith(".ts") || !code.includes("import.meta.url")) return null;
      return code.replaceAll(address, (_, path: string) => {
        const file = join(dirname(id), path);
        const name = basename(file, ".ts");
        const other = files.get(name) ?? file;
        // The bundler would take one for the other.
        if (other !== file) this.error(`${file} and ${other} have the same name`);
        files.set(name, file);
        const chunk = this.emitFile({ type: "chunk", id: file, name });
        return `new URL(import.meta.ROLLUP_FILE_URL_${chunk})`;
      });
    },
  };
}
