import { type DataFile, FormatError } from "../../formats/tensor";
import { listenToWorker, type PoolWorker } from "../workers/liveness";
import type { FileToRead, ReadAnswer } from "./serve-reader";
import { readerStandIn, startReader } from "./start-reader";

/** Who reads: a worker, or where none can be started the page's own thread. */
const readers = [startReader, readerStandIn];

/** Reads a file of any known format without holding up the page. Rejects with FormatError, or the signal's reason. */
export async function readInWorker(
  blob: Blob,
  name: string,
  signal?: AbortSignal,
  starts: readonly (() => PoolWorker)[] = readers,
): Promise<DataFile> {
  for (const start of starts) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    signal?.throwIfAborted();
    const answer = await readBy(start, { bytes, name }, signal);
    if (answer && "file" in answer) return answer.file;
    if (answer) throw new FormatError(answer.problem);
  }
  throw new FormatError(`${name}: the reader could not be started`);
}

/** Undefined where the worker cannot be started. What one that had started died of is never tried on the page's own thread. */
async function readBy(start: () => PoolWorker, file: FileToRead, signal?: AbortSignal) {
  let worker: PoolWorker;
  try {
    worker = start();
  } catch {
    return undefined;
  }
  const ended = new AbortController();
  try {
    return await new Promise<ReadAnswer | undefined>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { signal: ended.signal });
      listenToWorker<ReadAnswer>(worker, {
        answer: resolve,
        fail: (why, hasStarted) =>
          resolve(
            hasStarted
              ? { problem: `${file.name}: its reader stopped${why ? `: ${why}` : ", most likely for want of memory"}` }
              : undefined,
          ),
      });
      worker.postMessage(file, [file.bytes.buffer]);
    });
  } finally {
    ended.abort();
    worker.terminate();
  }
}
