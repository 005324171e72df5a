/** What is used of Node's module of workers. */
export interface NodeWorkers {
  readonly Worker: new (script: URL, options: { execArgv: string[] }) => NodeWorker;
  readonly parentPort: Pick<NodeWorker, "on" | "postMessage"> | null;
}

export interface NodeWorker extends Pick<Worker, "postMessage" | "terminate"> {
  on(type: "message" | "error", receive: (data: unknown) => void): void;
  /** Lets the process end while the worker is there. */
  unref(): void;
}

/** Undefined outside Node. Asked for so, no bundler looks for a module of that name. */
export const nodeWorkers = (): NodeWorkers | undefined =>
  (globalThis as NodeGlobal).process?.getBuiltinModule?.("node:worker_threads");

interface NodeGlobal {
  process?: { getBuiltinModule?: (name: string) => NodeWorkers };
}
