import { spawn } from "node:child_process";
import { join } from "node:path";
import { buildTarget } from "../toolchain/cmake-build.mjs";
import { main, prepare, repository } from "../toolchain/prepare.mjs";

/** Builds a program of this folder and runs it with the arguments of the command line. */
export const runTrainer = (target) =>
  main(async () => {
    await prepare();
    await buildTarget("native", target);
    const program = join(repository, "build/native/cpp/tools", target);
    // Ctrl-C reaches both; what is said last is the trainer's, which may have a checkpoint to write.
    process.on("SIGINT", () => {});
    const training = spawn(program, process.argv.slice(2), { stdio: "inherit", cwd: process.env.INIT_CWD });
    process.on("SIGTERM", () => training.kill("SIGTERM"));
    const code = await new Promise((resolve, reject) => {
      training.on("error", reject);
      training.on("exit", (code) => resolve(code ?? 1));
    });
    process.exitCode = code;
  });
