import work from "virtual:reader-worker";
import type { PoolWorker } from "../workers/liveness";
import { OwnThread } from "../workers/own-thread";
import { startScript } from "../workers/start-script";

export const startReader = (): PoolWorker => startScript(`(${work})(self)`, "heed-formats");

export const readerStandIn = (): PoolWorker => new OwnThread(async () => work);
