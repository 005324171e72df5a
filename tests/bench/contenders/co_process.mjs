import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A program that answers each line with a line (cpp/tools/bench.cpp says which). */
export class CoProcess {
  constructor(program, args, env = {}) {
    this.child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(line) {
    this.child.stdin.write(`${line}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the program ended at "${line}"`);
    if (value.startsWith("failed")) throw new Error(value);
    return value;
  }

  end() {
    this.child.stdin.end();
  }

  /** Its only way of doing a work whose inputs are in `file`. */
  way(name, { heads, length, dim, causal }, file) {
    const prepare = async () => {
      await this.ask(`load ${file} ${heads} ${length} ${dim} ${causal ? 1 : 0}`);
      return {
        seconds: async (times) => Number(await this.ask(`run ${times}`)),
        output: async () => {
          await this.ask(`write ${file}.output`);
          return new Float32Array(readFileSync(`${file}.output`).buffer.slice(0));
        },
      };
    };
    return { name, prepare };
  }
}
