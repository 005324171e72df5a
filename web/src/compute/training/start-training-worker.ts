import { shareModules } from "../modules/shared-modules";
import type { PoolWorker } from "../workers/liveness";
import { OwnThread } from "../workers/own-thread";
import { startModule } from "../workers/start-module";
import { WorkerOrStandIn } from "../workers/worker-or-stand-in";

const start = () =>
  shareModules(
    startModule(
      () => new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module", name: "heed training" }),
      "training-worker.js",
    ),
  );

const standIn = () => new OwnThread(async () => (await import("./serve-training")).serveTraining);

/** A worker that trains, or the page's own thread; the self-contained builds have a way of their own (web/src/embed). */
export const startTrainingWorker = (): PoolWorker => new WorkerOrStandIn(start, standIn);
