import { type DataFile, FormatError } from "./tensor";

/** Reads a file of any known format without holding up the page. Rejects with FormatError, or the signal's reason. */
export async function readInWorker(blob: Blob, name: string, signal?: AbortSignal): Promise<DataFile> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  signal?.throwIfAborted();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed-formats" });
  try {
    return await new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      worker.addEventListener("error", () => reject(new FormatError(`${name}: the reader could not be started`)));
      worker.addEventListener("message", ({ data }: MessageEvent<{ file: DataFile } | { problem: string }>) =>
        "file" in data ? resolve(data.file) : reject(new FormatError(data.problem)),
      );
      worker.postMessage({ bytes, name }, [bytes.buffer]);
    });
  } finally {
    worker.terminate();
  }
}
