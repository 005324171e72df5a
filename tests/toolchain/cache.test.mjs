import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const home = mkdtempSync(join(tmpdir(), "heed-cache-"));
process.env.XDG_CACHE_HOME = home;
const { cached, cacheFolder } = await import("../../cpp/toolchain/cache.mjs");
after(() => rmSync(home, { recursive: true }));

test("is made once, and found afterwards", async () => {
  let made = 0;
  const make = async (part) => {
    made++;
    writeFileSync(join(part, "file"), "whole");
  };
  const folder = await cached("once", make);
  assert.equal(await cached("once", make), folder);
  assert.equal(made, 1);
  assert.equal(readFileSync(join(folder, "file"), "utf8"), "whole");
});

test("leaves nothing that looks finished when it fails, and clears up the next time", async () => {
  const failing = cached("failing", async (part) => {
    writeFileSync(join(part, "half"), "");
    throw new Error("connection lost");
  });
  await assert.rejects(failing, /connection lost/);
  assert.ok(!existsSync(join(cacheFolder, "failing")));
  const folder = await cached("failing", async (part) => writeFileSync(join(part, "whole"), ""));
  assert.deepEqual(readdirSync(folder), ["whole"]);
  assert.deepEqual(
    readdirSync(cacheFolder).filter((name) => name.startsWith(".failing")),
    [],
  );
});

test("two at the same time make it once", async () => {
  let made = 0;
  const make = async () => {
    made++;
    await sleep(100);
  };
  await Promise.all([cached("shared", make), cached("shared", make)]);
  assert.equal(made, 1);
});

test("the lock of a run that was killed is not waited for", async () => {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(join(cacheFolder, ".killed.lock"), "4194999");
  assert.ok(existsSync(await cached("killed", async () => {})));
});
