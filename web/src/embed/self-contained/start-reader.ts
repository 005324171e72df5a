import work from "virtual:reader-worker";
import { OwnThread } from "../../engine/own-thread";
import type { PoolWorker } from "../../engine/pool";
import { startScript } from "./start-script";

export const startReader = (): PoolWorker => startScript(`(${work})(self)`, "heed-formats");

export const readerStandIn = (): PoolWorker => new OwnThread(async () => work);
