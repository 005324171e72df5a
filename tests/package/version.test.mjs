import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "../../cpp/toolchain/prepare.mjs";

const read = (file) => readFileSync(join(repository, file), "utf8");
const { version } = JSON.parse(read("package.json"));

/** package.json says the version; the others repeat it where their formats need it. */
for (const [file, pattern] of [
  ["CMakeLists.txt", /project\(\s*heed\s[^)]*VERSION (\d+\.\d+\.\d+)/],
  ["CITATION.cff", /^version: (\S+)$/m],
  ["CHANGELOG.md", /^## (\d+\.\d+\.\d+)/m],
  ["package-lock.json", /"version": "([^"]+)"/],
  ["dist/package/package.json", /"version": "([^"]+)"/],
])
  test(`${file} has the version of package.json`, () => assert.equal(pattern.exec(read(file))?.[1], version));

test("cpp/heed/version.h has the version of package.json", () => {
  const header = read("cpp/heed/version.h");
  const part = (name) => new RegExp(`^#define HEED_VERSION_${name} (\\d+)$`, "m").exec(header)?.[1];
  assert.equal([part("MAJOR"), part("MINOR"), part("PATCH")].join("."), version);
});
