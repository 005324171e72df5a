import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Something that the person at the keyboard can put right: shown without a stack trace. */
export class SetupError extends Error {}

/** The full path of a program, found as a shell finds it, or undefined. */
export function which(program, path = process.env.PATH ?? "") {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** What a program prints, trimmed; undefined if it can't be run or fails. */
export function outputOf(program, ...args) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a program to its end; silent unless it fails, then its last words are in the error. `show` lets it speak. */
export function run(program, args, { cwd, env = process.env, show = false } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"];
    const child = spawn(program, args, { cwd, env, stdio });
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const printed = Buffer.concat(chunks).toString();
      if (code === 0) return resolve(printed);
      const lastWords = printed.trimEnd().split("\n").slice(-60).join("\n");
      reject(new SetupError(`${[program, ...args].join(" ")} ended with ${signal ?? code}\n${lastWords}`.trimEnd()));
    });
  });
}

export function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Whether the module is the program that was started, not one that it imports. */
export function isMain(url) {
  return Boolean(process.argv[1]) && realpathSync(process.argv[1]) === fileURLToPath(url);
}
