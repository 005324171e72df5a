// The reports of test programs as those programs write them, cut to what is read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ofCatch2, ofNode, ofPlaywright, ofVitest } from "../run/reports.mjs";

test("Playwright: what failed, also where it passed when it was tried again, by file, title and project", () => {
  const spec = (title, status) => ({ title, tests: [{ status, projectName: "dejavu" }] });
  const report = {
    suites: [
      {
        title: "heads.spec.ts",
        specs: [spec("sorts", "expected"), spec("labels", "flaky")],
        suites: [{ title: "dark", specs: [spec("draws", "unexpected"), spec("prints", "skipped")] }],
      },
    ],
    errors: [{ message: "no server\n  at line 3" }],
    stats: { expected: 1, flaky: 1, unexpected: 1, skipped: 1 },
  };
  assert.deepEqual(ofPlaywright(JSON.stringify(report)), {
    passed: 1,
    failed: 3,
    names: [
      "heads.spec.ts › dark › draws [dejavu]",
      "heads.spec.ts › labels [dejavu], which passed when it was tried again",
      "no server",
    ],
  });
});

test("Vitest: tests that failed, and a file that cannot be loaded", () => {
  const report = {
    numPassedTests: 4,
    numFailedTests: 1,
    numFailedTestSuites: 2,
    testResults: [
      {
        status: "passed",
        name: "a.test.ts",
        message: "",
        assertionResults: [{ status: "passed", fullName: "a adds" }],
      },
      {
        status: "failed",
        name: "b.test.ts",
        message: "",
        assertionResults: [{ status: "failed", fullName: "b adds" }],
      },
      { status: "failed", name: "c.test.ts", message: "No such module\n at b", assertionResults: [] },
    ],
  };
  assert.deepEqual(ofVitest(JSON.stringify(report)), {
    passed: 4,
    failed: 1,
    names: ["b adds", "c.test.ts: No such module"],
  });
});

test("Catch2: each case once, those skipped counted apart; a report without a case is refused", () => {
  const report =
    ":test-result: PASS one\n:test-result: FAIL two: of three\n:test-result: SKIP four\n:test-result: XFAIL five\n";
  assert.deepEqual(ofCatch2(report), { passed: 2, failed: 1, names: ["two: of three"], skipped: 1 });
  assert.throws(() => ofCatch2("Segmentation fault\n"), /no test case is in it/);
});

test("Node: what failed, and what was cancelled", () => {
  const report =
    "TAP version 13\nok 1 - reads\nnot ok 2 - writes\nnot ok 3 - waits\n# pass 1\n# fail 1\n# cancelled 1\n";
  assert.deepEqual(ofNode(report), { passed: 1, failed: 2, names: ["writes", "waits"] });
});
