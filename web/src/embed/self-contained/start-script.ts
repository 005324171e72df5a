import { wasm } from "./unpack";

/** A worker whose script is this text. Throws, or fails by an error event, where a policy forbids it. */
export function startScript(text: string, name: string): Worker {
  const url = URL.createObjectURL(new Blob([`"use strict";${text}`], { type: "text/javascript" }));
  const worker = new Worker(url, { name });
  // Whether it has started or failed, its script is no longer needed.
  for (const type of ["message", "error"])
    worker.addEventListener(type, () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

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
