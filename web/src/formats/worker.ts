/** Reads one file off the page's thread; ends with its answer, so that its memory is given back. */
import { readFile } from "./read-file";

self.addEventListener("message", ({ data }: MessageEvent<{ bytes: Uint8Array<ArrayBuffer>; name: string }>) => {
  try {
    const file = readFile(data.bytes, data.name);
    self.postMessage({ file }, { transfer: [...new Set(file.tensors.map((tensor) => tensor.data.buffer))] });
  } catch (error) {
    self.postMessage({ problem: error instanceof Error ? error.message : String(error) });
  }
});
