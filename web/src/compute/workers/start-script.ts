import { wasm } from "../modules/unpack";
import { startBlobWorker } from "./blob-worker";

export const startScript = (text: string, name: string): Worker => startBlobWorker(`"use strict";${text}`, { name });

/** A worker that does `work`, whose text stands on its own, with the WebAssembly of this script. */
export function startWithWasm(work: (scope: never, heedWasm: Promise<HeedWasm>) => void, name: string): Worker {
  const worker = startScript(`(${work})(self,(${received})())`, name);
  wasm().then(
    (heedWasm) => worker.postMessage({ heedWasm }),
    () => worker.dispatchEvent(new Event("error", { cancelable: true })),
  );
  return worker;
}

/** Runs in the worker, before anything else listens there: the WebAssembly comes by a message of its own. */
function received(): Promise<HeedWasm> {
  return new Promise((resolve) => {
    self.addEventListener("message", (event) => {
      if (!event.data.heedWasm) return;
      event.stopImmediatePropagation();
      resolve(event.data.heedWasm);
    });
  });
}
