import { Worker } from "node:worker_threads";
import { say } from "../../../cpp/toolchain/process.mjs";
import { moduleNames, startModule } from "./modules.mjs";

/** Seconds after which a call counts as one that never ends. */
const patience = 60;

/** The functions that there are calls for, as "core.attention" or "lab.Model.run"; those whose names begin with `only`. */
export async function functionsToDrive(only = "") {
  const names = [];
  for (const module of moduleNames)
    for (const name of Object.keys((await startModule(module)).calls)) names.push(`${module}.${name}`);
  return names.filter((name) => name.startsWith(only));
}

/** Drives one of them `count` times on a thread of its own. Returns what `drive` does; a call that never ends is a finding. */
export function fuzzFunction(name, { count, seed, from = 0 }) {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("worker.mjs", import.meta.url), {
    workerData: { name, count, seed, from, progress },
  });
  return new Promise((resolve, reject) => {
    let last = -1;
    const watch = setInterval(() => {
      const call = Atomics.load(progress, 0);
      if (call === last)
        end({ returned: 0, refused: 0, findings: [{ call, args: "", error: "the call does not end", report: "" }] });
      last = call;
    }, 1000 * patience);
    const end = (result) => {
      clearInterval(watch);
      worker.terminate();
      resolve(result);
    };
    worker.once("message", end);
    worker.once("error", (error) => {
      clearInterval(watch);
      reject(error);
    });
  });
}

/** Says what came of a function's calls. */
export function tell(name, seed, { returned, refused, findings }) {
  say(`${name}, seed ${seed}: ${returned} returned, ${refused} refused, ${findings.length} findings`);
  for (const { call, args, error, report } of findings) say(`  call ${call}: ${args}\n${error}\n${report}`);
}
