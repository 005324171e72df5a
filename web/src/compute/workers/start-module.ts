import { startBlobWorker } from "./blob-worker";
import type { PoolWorker } from "./liveness";

/**
 * Starts a module's worker: `start` in the form that bundlers look for. Workers must come from the page's origin; where the
 * module came from another one, a worker of the page's own imports `file`, which is the name that the package gives it.
 */
export function startModule(start: () => Worker, file: string): PoolWorker {
  try {
    return start();
  } catch (error) {
    if (new URL(import.meta.url).origin === location.origin) throw error;
    const script = import.meta.url.replace(/[^/]*$/, file);
    return startBlobWorker(`import ${JSON.stringify(script)};`, { type: "module", name: "heed" });
  }
}
