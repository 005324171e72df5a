import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { made, source } from "./bundle.mjs";

/** Of what the site has for other pages, only what the page's own menu makes a file of. */
const forOthers = /^embed\/(?!heed-figures\.js$)/;

const script = "service-worker.js";

/** Writes the service worker of the site that lies in `folder`, with the list of what it stores. */
export async function buildServiceWorker(folder) {
  const files = filesOf(folder);
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const site = `export const files = ${JSON.stringify(files)}; export const version = ${JSON.stringify(version)};`;
  await build({
    configFile: false,
    logLevel: "warn",
    plugins: [made({ "virtual:site": site })],
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      lib: {
        entry: join(source, "hosts/offline/service-worker.ts"),
        formats: ["iife"],
        name: "heed",
        fileName: () => script,
      },
    },
  });
}

/** Every file that pages of the site may ask for, with its hash as `fetch` checks it. */
export function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile() && name !== script && !forOthers.test(name))
    .sort()
    .map((path) => {
      const bytes = readFileSync(join(folder, path));
      const integrity = `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
      return path.endsWith(".html")
        ? { path, integrity, canBeIsolated: letsNothingIn(bytes.toString()) }
        : { path, integrity };
    });
}

/** Whether a page's policy forbids frames and all else from elsewhere, which isolation might keep out. */
function letsNothingIn(html) {
  const [, policy = ""] = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html) ?? [];
  const directives = policy.split(";").map((directive) => directive.trim());
  return (
    directives.includes("default-src 'none'") &&
    !directives.some((directive) => /^(frame|child|object|media)-src/.test(directive))
  );
}
