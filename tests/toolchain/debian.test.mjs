// Packages of Debian, with programs in place of apt-get and sudo that write down how they are called.
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, beforeEach, test } from "node:test";

const folder = mkdtempSync(join(tmpdir(), "heed-debian-"));
const log = join(folder, "calls");
const path = process.env.PATH;
process.env.PATH = folder + delimiter + path;
after(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

function program(name, script) {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** An apt-get that ends with these codes. */
function aptGet({ update = 0, install = 0 } = {}) {
  program(
    "apt-get",
    `echo "$@" >> ${log}
case " $* " in
  *" update "*) echo "Could not resolve deb.example.org"; exit ${update};;
  *" install "*) echo "Unable to locate package"; exit ${install};;
esac`,
  );
}

let copies = 0;
/** A module of its own, which has refreshed nothing yet. */
const freshModule = () => import(`../../cpp/toolchain/debian.mjs?copy=${copies++}`);

/** The commands of apt-get so far, without their options. */
const calls = () =>
  readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.replace(/-o \S+ /g, "").replace(/-\S+ /g, ""));

beforeEach(() => {
  writeFileSync(log, "");
  program("sudo", 'shift; "$@"');
});

test("the package lists are refreshed before packages are installed, once", async () => {
  aptGet();
  const { installPackages } = await freshModule();
  await installPackages(["cmake", "g++"]);
  await installPackages(["chromium"]);
  assert.deepEqual(calls(), ["update", "install cmake g++", "install chromium"]);
});

test("lists that cannot be refreshed do not stop an installation that works without", async () => {
  aptGet({ update: 100 });
  const { installPackages } = await freshModule();
  await installPackages(["cmake"]);
  assert.deepEqual(calls(), ["update", "install cmake"]);
});

test("where the installation fails too, both reasons are told, for each that comes after as well", async () => {
  aptGet({ update: 100, install: 100 });
  const { installPackages } = await freshModule();
  const both = /Unable to locate package.*could not be refreshed:.*update ended with 100\nCould not resolve/s;
  for (const name of ["cmake", "chromium"]) await assert.rejects(installPackages([name]), both);
  assert.deepEqual(calls(), ["update", "install cmake", "install chromium"]);
});

test("where only the installation fails, nothing is said of lists", async () => {
  aptGet({ install: 100 });
  const { installPackages } = await freshModule();
  await assert.rejects(installPackages(["cmake"]), (error) => {
    assert.match(error.message, /Unable to locate package$/);
    assert.doesNotMatch(error.message, /refreshed/);
    return true;
  });
});
