import { readFile } from "../../formats/read-file";
import type { AnswerMessage, RequestMessage } from "../requests";
import type { WorkerScope } from "../workers/message-scope";
import { serveRequests } from "../workers/serve-requests";
import type { FileTasks } from "./file-tasks";

/** Reads files off the page's thread. */
export function serveReader(scope: WorkerScope<RequestMessage<FileTasks>, AnswerMessage<FileTasks>>): void {
  serveRequests<FileTasks>(scope, async ({ request: { blob, name } }) =>
    readFile(new Uint8Array(await blob.arrayBuffer()), name),
  );
}
