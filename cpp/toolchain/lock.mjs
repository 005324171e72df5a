import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./process.mjs";

/** Does `work` while no other process does what the same lock file guards; `name` says what is waited for. */
export async function exclusively(file, name, work) {
  const unlock = await lock(file, name);
  try {
    return await work();
  } finally {
    unlock();
  }
}

async function lock(file, name) {
  mkdirSync(dirname(file), { recursive: true });
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
