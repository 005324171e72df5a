import type { DataFile } from "../../formats/tensor";

/** What a worker that reads files is asked. A blob is passed on without its bytes, which are read where they are needed. */
export interface FileTasks {
  read: { request: { blob: Blob; name: string }; result: DataFile };
}
