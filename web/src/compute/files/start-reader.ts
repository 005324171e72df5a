import type { PoolWorker } from "../workers/liveness";
import { OwnThread } from "../workers/own-thread";
import { startModule } from "../workers/start-module";

/** A worker of this module's; the self-contained builds have a way of their own in place of this file (web/src/embed). */
export const startReader = (): PoolWorker =>
  startModule(
    () => new Worker(new URL("./reader-worker.ts", import.meta.url), { type: "module", name: "heed formats" }),
    "formats-worker.js",
  );

/** What reads where no worker can be started. */
export const readerStandIn = (): PoolWorker => new OwnThread(async () => (await import("./serve-reader")).serveReader);
