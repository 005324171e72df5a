import { TfjsTraining } from "../contenders/tfjs_training.mjs";

/** Contenders of training in the page: each { begin(file), losses(steps), run(steps) → seconds }. */
const contenders = { heed: inWorker, tfjs: onPage };
const begun = {};

/** Asks the contender `name` to do `command`; the file to begin with is at an address. */
export async function ask(name, command, argument) {
  begun[name] ??= await contenders[name]();
  return begun[name][command](command === "begin" ? await (await fetch(argument)).arrayBuffer() : argument);
}

function inWorker() {
  const worker = new Worker(new URL("./heed-training.mjs", import.meta.url), { type: "module" });
  const ask = (command) => (argument) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data: { result, error } }) => (error ? reject(new Error(error)) : resolve(result));
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ command, argument });
    });
  return { begin: ask("begin"), losses: ask("losses"), run: ask("run") };
}

async function onPage() {
  const tf = await import("/made/tfjs.mjs");
  tf.setWasmPaths("/peers/@tensorflow/tfjs-backend-wasm/dist/");
  await tf.setBackend("wasm");
  let training;
  return {
    begin: (file) => {
      training = new TfjsTraining(tf, file);
    },
    losses: (steps) => Array.from({ length: steps }, () => training.takeStep()),
    run: (steps) => {
      const start = performance.now();
      for (let i = 0; i < steps; i++) training.takeStep();
      return (performance.now() - start) / 1000;
    },
  };
}
