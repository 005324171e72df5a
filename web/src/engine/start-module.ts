import type { PoolWorker } from "./pool";

/**
 * Starts a module's worker: `start` in the form that bundlers look for. Workers must come from the page's origin; where the
 * module came from another one, a worker of the page's own imports `file`, which is the name that the package gives it.
 */
export function startModule(start: () => Worker, file: string): PoolWorker {
  try {
    return start();
  } catch (error) {
    if (new URL(import.meta.url).origin === location.origin) throw error;
    return importing(import.meta.url.replace(/[^/]*$/, file));
  }
}

function importing(script: string): PoolWorker {
  const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: "heed" });
  // A worker that has answered has loaded.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
