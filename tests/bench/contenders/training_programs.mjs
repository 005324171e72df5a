import { join } from "node:path";
import { repository } from "../../../cpp/toolchain/prepare.mjs";
import { outputOf } from "../../../cpp/toolchain/process.mjs";
import { CoProcess } from "./co_process.mjs";

/** Debian's OpenBLAS takes its slowest kernels on processors that it does not know. */
const blasKernels = [undefined, "SkylakeX", "SapphireRapids", "Haswell"];

export const heedProgram = () =>
  program("Heed, native", join(repository, "build/native/cpp/tools/heed_bench_train"), []);

/**
 * PyTorch with the BLAS kernels that it is fastest with here, by the processor's time; undefined where it is not installed.
 * Debian's Python has it where another one comes first on PATH.
 */
export async function torchProgram(file) {
  const python = ["python3", "/usr/bin/python3"].find((name) => outputOf(name, "-c", "import torch; print(1)"));
  if (!python) return undefined;
  let best;
  for (const kernels of blasKernels) {
    const threads = { OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
    const environment = kernels ? { ...threads, OPENBLAS_CORETYPE: kernels } : threads;
    const torch = program("PyTorch", python, [join(import.meta.dirname, "torch_training.py")], environment);
    torch.version = `${await torch.ask("name")}, OpenBLAS ${kernels ? `told to be on ${kernels}` : "left to choose"}`;
    await torch.begin(file);
    await torch.run(10);
    torch.least = Number.POSITIVE_INFINITY;
    // Short turns: on a busy machine some of them are left alone.
    for (let turn = 0; turn < 40; turn++) torch.least = Math.min(torch.least, (await torch.run(4)).processor);
    const [better, worse] = !best || torch.least < best.least ? [torch, best] : [best, torch];
    worse?.end();
    best = better;
  }
  return best;
}

/** A contender that is a program of its own, with the commands of cpp/tools/bench_train.cpp. */
export function program(title, name, args, environment) {
  const process = new CoProcess(name, args, environment);
  const numbers = async (line) => (await process.ask(line)).trim().split(" ").map(Number);
  return {
    title,
    ask: (line) => process.ask(line),
    begin: (file) => process.ask(`begin ${file}`),
    losses: (steps) => numbers(`losses ${steps}`),
    run: async (steps) => {
      const [seconds, processor] = await numbers(`run ${steps}`);
      return { seconds, processor };
    },
    end: () => process.end(),
  };
}
