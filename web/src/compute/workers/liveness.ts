/** What a worker and the page say about the worker itself, beside questions and answers. */

/** What the pool needs of a Worker. */
export type PoolWorker = Pick<Worker, "postMessage" | "terminate" | "addEventListener">;

/** A worker's script posts this first. A failure before it means that there is no worker to be had; after it, that one died. */
export const started = { started: true } as const;

export interface WorkerEvents<Answer> {
  /** The script has started, or has been seen to. */
  readonly start?: () => void;
  readonly answer: (answer: Answer) => void;
  /** The worker does not answer any more: it was not loaded, it died, or its answer cannot be read here. `why` may be empty. */
  readonly fail: (why: string, hasStarted: boolean) => void;
}

/** A worker whose script does not load, that dies, or whose message cannot be copied to the page says so only by events. */
export function listenToWorker<Answer>(worker: PoolWorker, { start, answer, fail }: WorkerEvents<Answer>): void {
  let hasStarted = false;
  worker.addEventListener("message", ({ data }: MessageEvent<Answer | typeof started>) => {
    if (!hasStarted) start?.();
    hasStarted = true;
    if (!isStarted(data)) answer(data);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.message ?? "", hasStarted);
  });
  worker.addEventListener("messageerror", () => fail("its answer could not be read", true));
}

const isStarted = (data: unknown): data is typeof started =>
  typeof data === "object" && data !== null && "started" in data;
