import { join } from "node:path";
import { defineConfig } from "vite";
import { lessons } from "./build/lessons.ts";
import { workersInOneGraph } from "./build/workers.ts";

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the site works from a sub-folder of any static host.
  base: "./",
  build: {
    outDir: "../dist/site",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: {
      polyfill: false,
      // Preloading is done in a document, which workers have none of: what pages begin with, and figures, only documents load.
      resolveDependencies: (file, dependencies, { hostType }) =>
        hostType === "html" || /\/heed-[^/]*\.js$/.test(file) ? dependencies : [],
    },
    // The content security policy allows no data: scripts or styles; everything is a file.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["index.html", "gallery.html", "explorer.html"].map((page) => join(import.meta.dirname, page)),
      // The first figure is both in the page's script and among the figures that are fetched by their tags.
      checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    },
  },
  plugins: [lessons(), workersInOneGraph()],
});
