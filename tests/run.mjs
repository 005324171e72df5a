import { mkdirSync } from "node:fs";
import { main } from "../cpp/toolchain/prepare.mjs";
import { SetupError, say } from "../cpp/toolchain/process.mjs";
import { reports } from "./run/programs.mjs";
import { prepareForTests, suites } from "./run/suites.mjs";

/** `node tests/run.mjs [suite …]`: every suite, or those named; the last line counts tests, not suites. */
await main(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in suites));
  if (unknown.length > 0)
    throw new SetupError(`No suite is called ${unknown.join(", ")}; there are ${Object.keys(suites).join(", ")}.`);
  const chosen = asked.length > 0 ? asked : Object.keys(suites);

  mkdirSync(reports, { recursive: true });
  const prepared = await prepareForTests();
  const total = { passed: 0, failed: 0 };
  const summary = [];
  for (const name of chosen) {
    say(`\n── ${name} ──`);
    const start = performance.now();
    const { passed, failed, names = [] } = await outcome(() => suites[name](prepared));
    total.passed += passed;
    total.failed += failed;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    summary.push(
      `${name.padEnd(10)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds.padStart(7)} s`,
      ...names.map((test) => `  failed: ${test}`),
    );
  }
  say(`\n${summary.join("\n")}\n`);
  say(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});

/** A suite that can't be built or run, or that runs nothing, has failed. */
async function outcome(suite) {
  try {
    const result = await suite();
    if (result.passed + result.failed > 0) return result;
    say("No test was run.");
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
  }
  return { passed: 0, failed: 1 };
}
