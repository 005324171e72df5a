import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { inlineCss, made, source, variant } from "./bundle.mjs";
import { coreFolder } from "./folders.mjs";

/**
 * Scripts of the figures of heed-core (heed-lab alone would fill them) that need nothing beside them: the WebAssembly is in them, and the workers are functions whose text is a worker's
 * script, or which run on the page's own thread where a policy forbids that.
 */
export async function buildSelfContained(folder) {
  const modules = {
    "virtual:engine-worker": await worker("compute/tasks/worker.ts", "self,heedWasm"),
    "virtual:reader-worker": await worker("compute/files/reader-worker.ts", "self"),
    "virtual:wasm": `export default ${JSON.stringify({ "heed-core": packed("heed-core") })}`,
  };
  const plugins = () => [made(modules), inlineCss()];
  await write(join(folder, "heed-figures.js"), join(source, "hosts/self-contained/heed-figures.ts"), "iife", plugins());
  await write(join(folder, "heed-widget.js"), join(source, "hosts/widget.ts"), "es", plugins());
  await write(join(folder, "heed-frame.js"), join(source, "hosts/frame/frame-host.ts"), "iife", []);
}

/** A worker as a module whose default export is one function of what it finds around it in a worker. */
async function worker(entry, parameters) {
  const code = await bundle(join(source, entry), "iife", []);
  return `export default function (${parameters}) {${code}}`;
}

async function write(file, entry, format, plugins) {
  const code = await bundle(entry, format, plugins);
  // In a page of one file it stands in a <script> element, which these would end.
  writeFileSync(file, code.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--"));
}

async function bundle(input, format, plugins) {
  const build = await rolldown({
    input,
    plugins,
    resolve: variant("self-contained"),
    platform: "browser",
    transform: { target: "es2022", define: { "import.meta.url": '""' } },
    checks: { pluginTimings: false },
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  const { output } = await build.generate({ format, minify: true, codeSplitting: false });
  await build.close();
  if (output.length !== 1) throw new Error(`${input} was bundled into ${output.length} files, not one`);
  return output[0].code;
}

const packed = (name) =>
  gzipSync(readFileSync(join(repository, coreFolder, `${name}.wasm`)), { level: 9 }).toString("base64");
