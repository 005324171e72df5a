import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildTarget } from "../../cpp/toolchain/cmake-build.mjs";
import { ensureNodePackages } from "../../cpp/toolchain/node-packages.mjs";
import { main, prepare, repository } from "../../cpp/toolchain/prepare.mjs";
import { outputOf, say } from "../../cpp/toolchain/process.mjs";
import { CoProcess } from "./contenders/co_process.mjs";
import { onnxruntimeWays } from "./contenders/onnxruntime.mjs";
import { machine, percent, roundsAsked, row, table, writeJson } from "./report.mjs";
import { fastest, inTurn, summary } from "./rounds.mjs";
import { inputsOf, operations, works } from "./works.mjs";

const here = import.meta.dirname;

/** `npm run bench:native [-- --json FILE] [--rounds N] [--best]`: Heed, ONNX Runtime, and NumPy where it is installed, one thread each. */
await main(async () => {
  await prepare();
  await ensureNodePackages(here);
  await buildTarget("native", "heed_bench");
  const ort = (await import(join(here, "node_modules/onnxruntime-node/dist/index.js"))).default;
  const heed = new CoProcess(join(repository, "build/native/cpp/tools/heed_bench"), []);
  const numpy = startNumpy();
  const folder = mkdtempSync(join(tmpdir(), "heed-bench-"));
  try {
    await bench({ ort, heed, numpy, folder });
  } finally {
    heed.end();
    numpy?.end();
    rmSync(folder, { recursive: true });
  }
});

/** Debian's Python, where another one comes first on PATH and has no NumPy. */
function startNumpy() {
  const python = ["python3", "/usr/bin/python3"].find((program) => outputOf(program, "-c", "import numpy; print(1)"));
  return (
    python &&
    new CoProcess(python, [join(here, "contenders/numpy_attention.py")], {
      OPENBLAS_NUM_THREADS: "1",
      OMP_NUM_THREADS: "1",
    })
  );
}

async function bench({ ort, heed, numpy, folder }) {
  const versions = {
    heed: `${JSON.parse(readFileSync(join(repository, "package.json"))).version}, ${await heed.ask("name")}`,
    onnxruntime: JSON.parse(readFileSync(join(here, "node_modules/onnxruntime-node/package.json"))).version,
    numpy: numpy ? await numpy.ask("name") : "not installed",
  };
  say(`GFLOP/s, one thread each. Heed ${versions.heed}; onnxruntime-node ${versions.onnxruntime}; ${versions.numpy}`);
  const rows = [];
  for (const work of works) rows.push(await measure(work, { ort, heed, numpy, folder }));
  const head = ["work", "Heed", "onnxruntime", "NumPy", "ratio", "peak", "of peak", "noise", "onnxruntime's way"];
  say(
    table(
      head,
      rows.map((r) => [
        r.work,
        r.heed,
        r.onnxruntime,
        r.numpy,
        r.ratio,
        r.peak,
        percent(r.heed / r.peak),
        percent(r.noise),
        r.way,
      ]),
    ),
  );
  writeJson({ ...machine(), versions, rows });
}

async function measure(work, { ort, heed, numpy, folder }) {
  const inputs = inputsOf(work);
  const file = join(folder, "inputs");
  writeFileSync(file, Buffer.concat(Object.values(inputs).map(({ buffer }) => Buffer.from(buffer))));
  const ours = await heed.way("attention", work, file).prepare();
  await ours.seconds(1);
  const expected = await ours.output();
  const contenders = [
    { name: "heed", ways: [heed.way("attention", work, file)] },
    { name: "onnxruntime", ways: onnxruntimeWays(ort, work, inputs) },
    ...(numpy ? [{ name: "numpy", ways: [numpy.way("the notebook's", work, file)] }] : []),
  ];
  const chosen = [];
  for (const contender of contenders) {
    const best = await fastest(contender, expected, seconds, say);
    if (best) chosen.push(best);
  }
  const peak = [Number(await heed.ask("peak"))];
  const { rounds, turn, best: takesBest } = roundsAsked();
  const results = await inTurn(chosen, rounds, turn, seconds);
  peak.push(Number(await heed.ask("peak")));
  const figures = {};
  let noise = 0;
  for (const [{ contender }, times] of results) {
    const { typical, spread } = summary(times, takesBest);
    figures[contender] = operations(work) / typical / 1e9;
    noise = Math.max(noise, spread);
  }
  const way = chosen.find(({ contender }) => contender === "onnxruntime")?.way;
  for (const { ready } of chosen) await ready.release?.();
  return row(work.name, figures, { peak: Math.max(...peak), noise, way });
}

async function seconds(ready, times) {
  if (ready.seconds) return ready.seconds(times);
  const start = performance.now();
  for (let i = 0; i < times; i++) await ready.run();
  return (performance.now() - start) / 1000;
}
