/** What web/build/self-contained.mjs makes of the workers and of the WebAssembly. */
declare module "virtual:engine-worker" {
  import type { Answer, TaskMessage } from "../protocol";
  import type { WorkerScript } from "../workers/message-scope";

  /** The whole worker as one function that needs nothing from around it, so that its text can be a worker's script. */
  const work: (scope: Parameters<WorkerScript<TaskMessage, Answer>>[0], heedWasm: Promise<HeedWasm>) => void;
  export default work;
}

declare module "virtual:reader-worker" {
  import type { FileTasks } from "../files/file-tasks";
  import type { AnswerMessage, RequestMessage } from "../requests";
  import type { WorkerScript } from "../workers/message-scope";

  const work: WorkerScript<RequestMessage<FileTasks>, AnswerMessage<FileTasks>>;
  export default work;
}

declare module "virtual:wasm" {
  /** Each module, compressed (gzip), as base64. */
  const packed: Readonly<Record<string, string>>;
  export default packed;
}

type HeedWasm = Readonly<Record<string, BufferSource>>;

/** Inside the engine's worker: its second parameter. */
declare const heedWasm: Promise<HeedWasm>;
