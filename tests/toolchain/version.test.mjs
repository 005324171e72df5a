import assert from "node:assert/strict";
import { test } from "node:test";
import { atLeast } from "../../cpp/toolchain/version.mjs";

test("versions are compared number by number", () => {
  assert.ok(atLeast("3.1.69", "3.1.69"));
  assert.ok(atLeast("3.1.100", "3.1.69"));
  assert.ok(atLeast("4.0", "3.1.69"));
  assert.ok(!atLeast("3.1.6", "3.1.69"));
  assert.ok(!atLeast("3", "3.1"));
});
