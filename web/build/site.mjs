import { join } from "node:path";
import { build } from "vite";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { siteFolder } from "./folders.mjs";

export const siteConfig = { configFile: join(repository, "web/vite.config.ts"), root: join(repository, "web") };

export async function buildSite() {
  await build({ ...siteConfig, logLevel: "warn", build: { outDir: join(repository, siteFolder), emptyOutDir: true } });
}
