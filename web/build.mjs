import { main, prepare } from "../cpp/toolchain/prepare.mjs";
import { isMain, say } from "../cpp/toolchain/process.mjs";
import { buildCore } from "./build/core.mjs";
import { writeFigureLists } from "./build/figures.mjs";
import { coreFolder, packageFolder, siteFolder } from "./build/folders.mjs";
import { step } from "./build/step.mjs";

const ofBuilding = ["web/build.mjs", "web/build", "package.json", "package-lock.json", "tsconfig.json"];

/**
 * The core as WebAssembly, then the package in dist/package and the site, which has the package's figures for other pages,
 * in dist/site; each only if what it is made from changed.
 */
export async function build() {
  const prepared = await prepare();
  const coreSources = [
    "cpp",
    "CMakeLists.txt",
    "CMakePresets.json",
    "build/toolchain",
    "web/build/core.mjs",
    "web/build/core-types.mjs",
  ];
  await writeFigureLists();
  await step("core", { from: coreSources, to: coreFolder }, buildCore);
  // Imported late, as these need node packages, which are there only now.
  const sources = ["web", "README.md", "CHANGELOG.md", "LICENSE", ...ofBuilding];
  await step("package", { from: sources, to: packageFolder }, async () =>
    (await import("./build/package.mjs")).buildPackage(),
  );
  await step("site", { from: [...sources, packageFolder], to: siteFolder }, async () =>
    (await import("./build/site.mjs")).buildSite(),
  );
  return prepared;
}

if (isMain(import.meta.url))
  await main(async () => {
    await build();
    say(`The site is in ${siteFolder}, the package in ${packageFolder}`);
  });
