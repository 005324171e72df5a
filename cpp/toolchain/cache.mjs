import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { exclusively } from "./lock.mjs";

/** Outside the clone, so that a second clone finds what the first one fetched. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "heed");

/**
 * The folder `name` of the cache, made by `make(folder, finalFolder)` if it isn't there. It is made under another name and renamed
 * when complete, so that an interrupted run never leaves half of it, and a second run at the same time waits for the first.
 */
export async function cached(name, make) {
  const final = join(cacheFolder, name);
  if (existsSync(final)) return final;
  return exclusively(join(cacheFolder, `.${name}.lock`), name, async () => {
    if (existsSync(final)) return final;
    for (const entry of readdirSync(cacheFolder))
      if (entry.startsWith(`.${name}.part`)) rmSync(join(cacheFolder, entry), { recursive: true, force: true });
    const part = join(cacheFolder, `.${name}.part-${process.pid}`);
    mkdirSync(part);
    await make(part, final);
    renameSync(part, final);
    return final;
  });
}
