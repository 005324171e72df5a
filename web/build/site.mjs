import { cpSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { packageFolder, siteFolder } from "./folders.mjs";
import { buildServiceWorker } from "./offline.mjs";

export const siteConfig = { configFile: join(repository, "web/vite.config.ts"), root: join(repository, "web") };

export async function buildSite() {
  await build({ ...siteConfig, logLevel: "warn", build: { outDir: join(repository, siteFolder), emptyOutDir: true } });
  // Pages elsewhere take figures from here.
  cpSync(join(repository, packageFolder), join(repository, siteFolder, "embed"), {
    recursive: true,
    filter: (path) => !/\/types$|\.(md|json)$/.test(path),
  });
  await buildServiceWorker(join(repository, siteFolder));
}
