/** In a project as webpack's guide begins it: a module that imports the figures, bundled with webpack's defaults. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cpp/toolchain/process.mjs";

export const packages = {};

const page =
  '<!doctype html><html lang="en"><title>Attention</title><heed-notebook heads="2"></heed-notebook><script src="main.js"></script></html>\n';

export async function make(folder, { packed }) {
  const project = join(folder, "webpack");
  for (const place of ["src", "dist"]) mkdirSync(join(project, place), { recursive: true });
  await run("npm", ["init", "-y"], { cwd: project });
  // Newer versions of npm write "commonjs", for which webpack takes no import.
  await run("npm", ["pkg", "delete", "type"], { cwd: project });
  await run("npm", ["install", "--no-audit", "--no-fund", "webpack@5", "webpack-cli@6", packed], { cwd: project });
  writeFileSync(join(project, "src/index.js"), 'import "heed/figures";\n');
  writeFileSync(join(project, "dist/index.html"), page);
  await run("npx", ["webpack", "--mode", "production"], { cwd: project });
  return { root: join(project, "dist"), base: "/", pages: ["index.html"] };
}
