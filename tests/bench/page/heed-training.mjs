import { loadLab } from "/src/compute/lab.ts";

let trainer;

const commands = {
  begin: async (file) => {
    trainer = (await loadLab()).resumedTrainer(new Uint8Array(file));
  },
  losses: (steps) => Array.from({ length: steps }, () => trainer.step().loss),
  run: (steps) => {
    const start = performance.now();
    for (let i = 0; i < steps; i++) trainer.step();
    return (performance.now() - start) / 1000;
  },
};

/** A worker that trains with Heed: answers { command, argument } with its result. */
globalThis.onmessage = async ({ data: { command, argument } }) => {
  try {
    postMessage({ result: await commands[command](argument) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
};
