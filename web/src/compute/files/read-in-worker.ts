import { type DataFile, FormatError } from "../../formats/tensor";
import { EngineError } from "../errors";
import type { RequestMessage } from "../requests";
import type { PoolWorker } from "../workers/liveness";
import { WorkerOrStandIn } from "../workers/worker-or-stand-in";
import { WorkerRequests } from "../workers/worker-requests";
import type { FileTasks } from "./file-tasks";
import { readerStandIn, startReader } from "./start-reader";

/** Who reads: a worker, or where none can be started the page's own thread. */
const readers = [startReader, readerStandIn] as const;

/**
 * Reads a file of any known format without holding up the page. Rejects with FormatError, or the signal's reason. The worker ends
 * with the file, so that its memory is given back.
 */
export async function readInWorker(
  blob: Blob,
  name: string,
  signal?: AbortSignal,
  [start, standIn]: readonly [start: () => PoolWorker, standIn: () => PoolWorker] = readers,
): Promise<DataFile> {
  signal?.throwIfAborted();
  const worker = new WorkerOrStandIn<RequestMessage<FileTasks>>(start, standIn);
  const requests = new WorkerRequests<FileTasks>(worker, {
    explain: (why) =>
      worker.hasStarted
        ? `${name}: its reader stopped${why ? `: ${why}` : ", most likely for want of memory"}`
        : `${name}: the reader could not be started`,
  });
  try {
    return await requests.ask("read", { blob, name }, signal);
  } catch (error) {
    throw error instanceof EngineError ? new FormatError(error.message) : error;
  } finally {
    requests.close("the file was read");
  }
}
