import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../cpp/toolchain/prepare.mjs";
import { SetupError } from "../../cpp/toolchain/process.mjs";

export const reports = join(repository, "build/test-reports");

/** Runs a test program in the repository with its output on screen; true if it ended well. */
export function succeeds(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: repository, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } };
    spawn(program, args, options)
      .on("error", reject)
      .on("close", (code) => resolve(code === 0));
  });
}

/**
 * Runs a test program that writes a report, and counts from it: `args` and `env` are made from the report's path, `count` from its text.
 * A program that fails although no test in its report did (a crash at exit, an error between tests) counts one more.
 */
export async function countFromReport(name, program, { args, env = () => ({}), count }) {
  const report = join(reports, name);
  rmSync(report, { force: true });
  const ended = await succeeds(program, args(report), env(report));
  const counts = countIn(report, count, name);
  return ended || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function countIn(report, count, name) {
  try {
    return count(readFileSync(report, "utf8"));
  } catch (error) {
    throw new SetupError(`The tests ended without a complete report, ${name}: ${error.message}`);
  }
}

/** Several checks that each pass or fail as a whole. */
export function tally(results) {
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}
