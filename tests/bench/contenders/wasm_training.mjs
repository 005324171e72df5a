/**
 * `node wasm_training.mjs FILE.wasm`: heed-lab in Node, from one of its builds. Commands as in cpp/tools/bench_train.cpp, of
 * which it knows "begin" and "losses".
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import loadLab from "../../../web/src/compute/core/heed-lab.js";

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const lab = await loadLab({
  instantiateWasm: (imports, receive) => {
    WebAssembly.instantiate(module, imports).then(receive);
    return {};
  },
});
let trainer;
for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(" ");
  if (command === "begin") trainer = lab.resumedTrainer(readFileSync(argument));
  const answers = {
    begin: () => "ok",
    losses: () => Array.from({ length: Number(argument) }, () => trainer.step().loss).join(" "),
  };
  console.log(answers[command]?.() ?? `failed: unknown command ${command}`);
}
