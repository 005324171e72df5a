import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { main, prepare, repository } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { program } from "./contenders/training_programs.mjs";
import { machine, table, writeJson } from "./report.mjs";

const here = import.meta.dirname;
const after = [1, 10, 100, 400];

/**
 * `npm run bench:same [-- --json FILE]`: the default training run with each instruction set, natively and as WebAssembly, and
 * by how much of itself its loss differs from the first one's after some steps.
 */
await main(async () => {
  await build();
  await prepare();
  await buildTarget("native", "heed_bench_train");
  const folder = mkdtempSync(join(tmpdir(), "heed-bench-"));
  const contenders = [...natives(), ...webAssemblies()];
  try {
    const file = join(folder, "start.safetensors");
    await contenders[0].ask(`export ${file} 1`);
    const rows = [];
    for (const contender of contenders) rows.push(await rowOf(contender, file, rows));
    say(
      table(
        ["loss apart after steps", ...after.map(String), "bit for bit as"],
        rows.map(({ title, apart, as }) => [title, ...apart.map((part) => part.toExponential(1)), as ?? "none above"]),
      ),
    );
    writeJson({ ...machine(), after, rows: rows.map(({ title, apart, as }) => ({ title, apart, as })) });
  } finally {
    for (const contender of contenders) contender.end();
    rmSync(folder, { recursive: true });
  }
});

async function rowOf({ title, begin, losses }, file, before) {
  await begin(file);
  const curve = await losses(after.at(-1));
  const reference = before[0]?.curve ?? curve;
  const apart = after.map((step) => Math.abs(curve[step - 1] - reference[step - 1]) / reference[step - 1]);
  const same = before.find((other) => other.curve.every((loss, step) => loss === curve[step]));
  return { title, curve, apart, as: same?.title };
}

function natives() {
  const name = join(repository, "build/native/cpp/tools/heed_bench_train");
  const sets = process.arch === "x64" ? ["AVX-512", "AVX2", "SSE4"] : [];
  const all = sets.map((set) => program(`native, ${set}`, name, [], { HEED_KERNELS: set }));
  return all.length > 0 ? all : [program("native", name, [], {})];
}

/** Node 20 has relaxed SIMD behind a flag, later ones as it is. */
function webAssemblies() {
  const flags = Number(process.versions.node.split(".")[0]) < 21 ? ["--experimental-wasm-relaxed-simd"] : [];
  const run = (title, file, node = []) =>
    program(title, process.execPath, [...node, join(here, "contenders/wasm_training.mjs"), file], {});
  const core = join(repository, "web/src/compute/core");
  return [
    run("WebAssembly, SIMD", join(core, "heed-lab.wasm")),
    run("WebAssembly, relaxed SIMD", join(core, "heed-lab-relaxed.wasm"), flags),
  ];
}
