import work from "virtual:reader-worker";
import type { PoolWorker } from "../../engine/listen-to-worker";
import { OwnThread } from "../../engine/own-thread";
import { startScript } from "./start-script";

export const startReader = (): PoolWorker => startScript(`(${work})(self)`, "heed-formats");

export const readerStandIn = (): PoolWorker => new OwnThread(async () => work);
