import { join } from "node:path";
import { exclusively } from "./lock.mjs";
import { repository } from "./prepare.mjs";
import { run } from "./process.mjs";

/** Builds one target of a preset; a server that rebuilds and a test run at the same time take turns. */
export async function buildTarget(preset, target) {
  const cmake = (...args) => run("cmake", args, { cwd: repository });
  await exclusively(join(repository, `build/.${preset}.lock`), `build/${preset}`, async () => {
    await cmake("--preset", preset);
    await cmake("--build", "--preset", preset, "--target", target);
  });
}
