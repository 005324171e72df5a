import type { PoolWorker } from "../engine/pool";
import type { FileToRead, ReadAnswer } from "./serve-reader";
import { readerStandIn, startReader } from "./start-reader";
import { type DataFile, FormatError } from "./tensor";

/** Reads a file of any known format without holding up the page. Rejects with FormatError, or the signal's reason. */
export async function readInWorker(blob: Blob, name: string, signal?: AbortSignal): Promise<DataFile> {
  for (const start of [startReader, readerStandIn]) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    signal?.throwIfAborted();
    const answer = await readBy(start, { bytes, name }, signal);
    if (answer && "file" in answer) return answer.file;
    if (answer) throw new FormatError(answer.problem);
  }
  throw new FormatError(`${name}: the reader could not be started`);
}

/** Undefined where the worker cannot be started. */
async function readBy(start: () => PoolWorker, file: FileToRead, signal?: AbortSignal) {
  let worker: PoolWorker;
  try {
    worker = start();
  } catch {
    return undefined;
  }
  try {
    return await new Promise<ReadAnswer | undefined>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        resolve(undefined);
      });
      worker.addEventListener("message", ({ data }: MessageEvent<ReadAnswer>) => resolve(data));
      worker.postMessage(file, [file.bytes.buffer]);
    });
  } finally {
    worker.terminate();
  }
}
