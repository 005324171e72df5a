import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./process.mjs";

/** Outside the clone, so that a second clone finds what the first one fetched. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "heed");

/**
 * The folder `name` of the cache, made by `make(folder, finalFolder)` if it isn't there. It is made under another name and renamed
 * when complete, so that an interrupted run never leaves half of it, and a second run at the same time waits for the first.
 */
export async function cached(name, make) {
  const final = join(cacheFolder, name);
  if (existsSync(final)) return final;
  mkdirSync(cacheFolder, { recursive: true });
  const unlock = await lock(join(cacheFolder, `.${name}.lock`), name);
  try {
    if (existsSync(final)) return final;
    for (const entry of readdirSync(cacheFolder))
      if (entry.startsWith(`.${name}.part`)) rmSync(join(cacheFolder, entry), { recursive: true, force: true });
    const part = join(cacheFolder, `.${name}.part-${process.pid}`);
    mkdirSync(part);
    await make(part, final);
    renameSync(part, final);
    return final;
  } finally {
    unlock();
  }
}

async function lock(file, name) {
  for (let waits = 0; ; waits++) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = ownerOf(file);
    if (owner && !isRunning(owner)) rmSync(file, { force: true });
    else {
      if (waits === 4) say(`Waiting for process ${owner}, which is preparing ${name} …`);
      await sleep(500);
    }
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
