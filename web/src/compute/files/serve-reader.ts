import { readFile } from "../../formats/read-file";
import type { DataFile } from "../../formats/tensor";
import { hear, type WorkerScope } from "../workers/message-scope";

export interface FileToRead {
  bytes: Uint8Array<ArrayBuffer>;
  name: string;
}

export type ReadAnswer = { file: DataFile } | { problem: string };

/** Reads one file off the page's thread; the worker ends with its answer, so that its memory is given back. */
export function serveReader(scope: WorkerScope<FileToRead, ReadAnswer>): void {
  hear(scope, ({ bytes, name }) => {
    try {
      const file = readFile(bytes, name);
      scope.postMessage({ file }, { transfer: [...new Set(file.tensors.map((tensor) => tensor.data.buffer))] });
    } catch (error) {
      scope.postMessage({ problem: error instanceof Error ? error.message : String(error) }, { transfer: [] });
    }
  });
}
