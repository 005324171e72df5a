import type { PoolWorker } from "./pool";

/** The builds for other people's pages put their own ways in place of this file (web/embed). */
export const startWorker = (): PoolWorker =>
  new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed" });

/** What does the work where no worker can be started; here nothing, as the page's own policy allows workers. */
export const standIn: (() => PoolWorker) | undefined = undefined;
