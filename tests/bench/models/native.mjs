import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildTarget } from "../../../cpp/toolchain/cmake-build.mjs";
import { repository } from "../../../cpp/toolchain/prepare.mjs";
import { say } from "../../../cpp/toolchain/process.mjs";
import { CoProcess } from "../contenders/co_process.mjs";
import { table } from "../report.mjs";
import { difference, summary } from "../rounds.mjs";
import { shape, tokenIds } from "./gpt2.mjs";
import { OnnxRuntime } from "./onnxruntime.mjs";

const modules = join(import.meta.dirname, "../node_modules");
const ids = tokenIds(shape.context);

/** Heed against ONNX Runtime, natively, one thread each. */
export async function benchNatively(folder, rounds) {
  await buildTarget("native", "heed_bench_models");
  const heed = new CoProcess(join(repository, "build/native/cpp/tools/heed_bench_models"), []);
  try {
    return await bench(folder, heed, rounds);
  } finally {
    heed.end();
  }
}

async function bench(folder, heed, rounds) {
  const versions = {
    heed: `${JSON.parse(readFileSync(join(repository, "package.json"))).version}, ${await heed.ask("name")}`,
    onnxruntime: JSON.parse(readFileSync(join(modules, "onnxruntime-node/package.json"))).version,
  };
  say(`Milliseconds, one thread each. Heed ${versions.heed}; onnxruntime-node ${versions.onnxruntime}`);
  const ort = (await import(join(modules, "onnxruntime-node/dist/index.js"))).default;
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: "sequential" };
  const open = (graph) => ort.InferenceSession.create(join(folder, "F32", `${graph}.onnx`), options);
  const onnxruntime = new OnnxRuntime(ort, open, ids);
  await heed.ask(`ids ${ids.join(" ")}`);
  const errors = await check(folder, heed, onnxruntime);

  const turns = (name, ours, theirs) => inTurn(name, rounds, ours, theirs);
  const load = async (type) => Number(await heed.ask(`load ${folderOf(folder, type)} 1`));
  const rows = [];
  rows.push(
    await turns(
      "ready, f32",
      () => load("f32"),
      () => onnxruntime.load("plain"),
    ),
  );
  for (const [graph, maps, name] of [
    ["plain", 0, "prefill"],
    ["maps", 1, "prefill, all maps kept"],
  ]) {
    await onnxruntime.load(graph);
    for (const count of [128, 512]) {
      const ours = async () => Number(await heed.ask(`prefill ${count} ${maps}`));
      rows.push(await turns(`${name}, ${count} tokens, f32`, ours, () => onnxruntime.prefill(count)));
    }
  }
  await onnxruntime.load("cache");
  for (const type of ["f32", "bf16", "q8", "q4"]) {
    await load(type);
    const ours = async () => Number(await heed.ask("token 128 16"));
    rows.push(await turns(`a token at context 128, ${type}`, ours, () => onnxruntime.token(128, 16)));
  }
  await load("f32");
  for (const [command, name] of [
    ["token", ""],
    ["extend", ", every head kept (onnxruntime: none)"],
  ]) {
    const ours = async () => Number(await heed.ask(`${command} 896 16`));
    rows.push(await turns(`a token at context 896, f32${name}`, ours, () => onnxruntime.token(896, 16)));
  }
  say(
    table(
      ["work", "Heed", "onnxruntime f32", "ratio", "noise"],
      rows.map((row) => [row.work, row.heed, row.onnxruntime, row.ratio, row.noise]),
    ),
  );
  await onnxruntime.release();
  return { versions, errors, rows };
}

function folderOf(folder, type) {
  const stored = type === "bf16" ? "BF16" : "F32";
  return `${join(folder, stored)} ${type === "q8" || type === "q4" ? type : "file"}`;
}

/**
 * Largest errors of the last logits of 129 tokens, the last by itself, relative to their deviation. Bounds: for float32 rounding
 * errors, for others what their steps of 2^-9, 1/254 and 1/16 of the largest of a block add up to in twelve layers.
 */
async function check(folder, heed, onnxruntime) {
  await onnxruntime.load("plain");
  const expected = Float32Array.from(await onnxruntime.logits(129));
  const mean = expected.reduce((sum, x) => sum + x, 0) / expected.length;
  const deviation = Math.sqrt(expected.reduce((sum, x) => sum + (x - mean) ** 2, 0) / expected.length);
  const errors = {};
  for (const [type, bound] of Object.entries({ f32: 1e-3, bf16: 0.15, q8: 0.2, q4: 2 })) {
    await heed.ask(`load ${folderOf(folder, type)} 1`);
    const file = join(folder, "logits");
    await heed.ask(`logits 129 ${file}`);
    const bytes = readFileSync(file);
    const logits = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    errors[type] = difference(logits, expected) / deviation;
    say(`Heed's logits, ${type}: off by ${errors[type].toExponential(1)} deviations`);
    if (!(errors[type] < bound)) throw new Error(`Heed's logits of ${type} are off by more than ${bound}`);
  }
  return errors;
}

/** One untimed run of each, then `rounds` in turn. */
async function inTurn(work, rounds, ours, theirs) {
  const times = { heed: [], onnxruntime: [] };
  await ours();
  await theirs();
  for (let round = 0; round < rounds; round++) {
    times.heed.push(await ours());
    times.onnxruntime.push(await theirs());
  }
  const [heed, onnxruntime] = [summary(times.heed), summary(times.onnxruntime)];
  return {
    work,
    heed: heed.typical,
    onnxruntime: onnxruntime.typical,
    ratio: onnxruntime.typical / heed.typical,
    noise: Math.max(heed.spread, onnxruntime.spread),
  };
}
