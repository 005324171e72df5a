/** The core on several workers of a browser. @module heed/workers */
import { Engine } from "./engine";
import { WorkerPool } from "./workers/pool";
import { standIn, startWorker } from "./workers/start-worker";

export type { TileRange } from "../model/long-view";
export type { CallOptions, Engine, NotebookPart, NotebookResult } from "./engine";
export { EngineError, Superseded } from "./errors";
export type { AttentionInputs, AttentionOptions, AttentionResult, Tensor, TensorShape } from "./heed";
export type { DescribedMap, GivenWeights } from "./maps/described-map";
export type { LongMap, MapTile, SampleSize, TileKey } from "./maps/long-map";
export type { HeadMap, NotebookOptions } from "./maps/notebook-maps";
export type { LongHeadSource } from "./protocol";
export type { ErrorKind } from "./requests";

/**
 * The core on several workers of a browser, started by the first call: nothing blocks the page, heads and blocks of queries
 * are computed side by side, and no isolation headers are needed, because nothing is shared. `close()` ends them.
 *
 * @param workers  how many; by default one a processor, at most four: beyond that, small devices run out of memory first
 */
export function createEngine(workers = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2))): Engine {
  return new Engine(new WorkerPool(workers, startWorker, standIn));
}
