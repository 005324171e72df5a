import { existsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureNodePackages } from "../../cpp/toolchain/node-packages.mjs";
import { main, prepare } from "../../cpp/toolchain/prepare.mjs";
import { say } from "../../cpp/toolchain/process.mjs";
import { build } from "../../web/build.mjs";
import { writeGguf } from "./models/gguf.mjs";
import { tensors } from "./models/gpt2.mjs";
import { benchInBrowser } from "./models/in-browser.mjs";
import { benchNatively } from "./models/native.mjs";
import { gpt2Graph } from "./models/onnx-graph.mjs";
import { writeCheckpoint } from "./models/safetensors.mjs";
import { machine, option, writeJson } from "./report.mjs";

const graphs = ["plain", "maps", "cache"];

/**
 * `npm run bench:models [-- --json FILE] [--rounds N] [--folder FOLDER] [--in browser|native] [--only PATTERN] [--work PATTERN]
 * [--processor-time]`: a model of GPT-2 small's shape with random weights, one thread each: in Chromium Heed, onnxruntime-web and
 * wllama (llama.cpp), natively Heed and ONNX Runtime. Its files are written to the folder (1.7 GB), and used again where they are
 * there. Milliseconds, medians of the rounds; contenders take turns. `--only` chooses contenders in Chromium by name, `--work`
 * what they compute by name, "token" for example; `--processor-time` counts what processors worked there (Linux), on a machine
 * that others use too.
 */
await main(async () => {
  await prepare();
  await ensureNodePackages(import.meta.dirname);
  const folder = option("folder", join(tmpdir(), "heed-bench-models"));
  const rounds = Number(option("rounds", 5));
  const where = option("in");
  writeFiles(folder);
  const report = machine();
  if (where !== "native") {
    await build();
    const processorTime = process.argv.includes("--processor-time");
    const chosen = { only: option("only", ""), work: option("work", "") };
    report.browser = await benchInBrowser(folder, { rounds, ...chosen, processorTime });
  }
  if (where !== "browser") report.native = await benchNatively(folder, rounds);
  writeJson(report);
});

function writeFiles(folder) {
  const done = join(folder, "written");
  if (existsSync(done)) return;
  say(`Writing models to ${folder}`);
  writeCheckpoint(join(folder, "F32"), "F32");
  writeCheckpoint(join(folder, "BF16"), "BF16");
  for (const format of ["f32", "f16", "q8_0"]) writeGguf(join(folder, `${format}.gguf`), format);
  // The graphs read the weights where the checkpoint has them.
  const file = "model.safetensors";
  const bytes = tensors().reduce((sum, { size }) => sum + 4 * size, 0);
  const start = statSync(join(folder, "F32", file)).size - bytes;
  for (const name of graphs)
    writeFileSync(join(folder, "F32", `${name}.onnx`), gpt2Graph({ [name]: true }, file, start));
  writeFileSync(done, "");
}
