import { Engine } from "./engine";
import { WorkerPool } from "./pool";

export type { CallOptions, NotebookPart, NotebookResult } from "./engine";
export { EngineError, Superseded } from "./errors";
export type { LongMap } from "./long-map";
export type { HeadMap, NotebookOptions } from "./notebook-maps";
export type { LongHeadSource } from "./protocol";

// Beyond four, small devices run out of memory before they run out of work.
const workers = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2));

/** The page's engine: one for all its figures, its workers started by the first call. */
export const engine = new Engine(
  new WorkerPool(workers, () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed" })),
);
