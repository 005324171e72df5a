// What the reports of test programs say: how many tests passed and failed, and what the failed ones are called (`names`).

/** Playwright's JSON. What passed only when it was tried again has failed: it does so now and then for who uses the page, too. */
export function ofPlaywright(report) {
  const { suites, stats, errors } = JSON.parse(report);
  const named = (status) => testsIn({ suites }, []).filter((test) => test.status === status);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    names: [
      ...named("unexpected").map(({ title }) => title),
      ...named("flaky").map(({ title }) => `${title}, which passed when it was tried again`),
      ...errors.map(({ message }) => firstLine(message)),
    ],
  };
}

function testsIn({ title, suites = [], specs = [] }, parents) {
  const path = title ? [...parents, title] : parents;
  return [
    ...specs.flatMap((spec) =>
      spec.tests.map(({ status, projectName }) => ({
        status,
        title: [...path, `${spec.title} [${projectName}]`].join(" › "),
      })),
    ),
    ...suites.flatMap((suite) => testsIn(suite, path)),
  ];
}

/** Vitest's JSON. A file that cannot be loaded has no test, and counts as one that failed. */
export function ofVitest(report) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(report);
  return {
    passed: numPassedTests,
    failed: Math.max(numFailedTests, Math.sign(numFailedTestSuites)),
    names: testResults
      .filter(({ status }) => status === "failed")
      .flatMap(({ name, message, assertionResults }) => {
        const failed = assertionResults.filter(({ status }) => status === "failed");
        return failed.length > 0 ? failed.map(({ fullName }) => fullName) : [`${name}: ${firstLine(message)}`];
      }),
  };
}

/** Catch2's reporter `automake`, a line for each test case: a report of all assertions would be too long for a string of JavaScript. */
export function ofCatch2(report) {
  const results = Array.from(report.matchAll(/^:test-result: (\w+) (.*)$/gm), ([, result, name]) => ({ result, name }));
  if (results.length === 0) throw new Error("no test case is in it");
  const skipped = results.filter(({ result }) => result === "SKIP").length;
  const passed = results.filter(({ result }) => result === "PASS" || result === "XFAIL").length;
  const names = results.filter(({ result }) => !["SKIP", "PASS", "XFAIL"].includes(result)).map(({ name }) => name);
  return { passed, failed: names.length, names, skipped };
}

/** Node's reporter `tap`. */
export function ofNode(report) {
  const total = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(report)?.[1] ?? 0);
  return {
    passed: total("pass"),
    failed: total("fail") + total("cancelled"),
    names: Array.from(report.matchAll(/^ *not ok \d+ - (.*)$/gm), ([, name]) => name),
  };
}

const firstLine = (text) => String(text).split("\n", 1)[0];
