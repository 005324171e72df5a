import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run, say } from "./process.mjs";

/** Runs `npm ci` unless node_modules holds what package-lock.json asks for. */
export async function ensureNodePackages(repository) {
  if (installed(repository)) return;
  say("Installing node packages …");
  await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: repository });
}

/** npm writes node_modules/.package-lock.json last, so it is missing after an interrupted installation. */
function installed(repository) {
  const record = join(repository, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const have = packages(record);
  const want = Object.entries(packages(join(repository, "package-lock.json")));
  return want.every(
    ([path, { version, optional }]) => path === "" || (have[path] ? have[path].version === version : optional),
  );
}
