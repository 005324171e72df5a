import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";

/** Does `work` unless the contents of the files and folders `from` are what they were when it last made `to`. */
export async function step(name, { from, to }, work) {
  const stamp = join(repository, "build/stamps", name);
  const now = digest(from);
  if (existsSync(stamp) && existsSync(join(repository, to)) && readFileSync(stamp, "utf8") === now) return;
  rmSync(stamp, { force: true });
  say(`Building the ${name} …`);
  const start = performance.now();
  await work();
  mkdirSync(join(repository, "build/stamps"), { recursive: true });
  writeFileSync(stamp, now);
  say(`Built the ${name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function digest(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    const full = join(repository, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const entry of readdirSync(full).sort()) add(join(path, entry));
    else hash.update(`${path}\0`).update(readFileSync(full)).update("\0");
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}
