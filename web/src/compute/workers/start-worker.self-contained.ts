import work from "virtual:engine-worker";
import { wasm } from "../modules/unpack";
import type { PoolWorker } from "./liveness";
import { OwnThread } from "./own-thread";
import { startWithWasm } from "./start-script";

export const startWorker = (): PoolWorker => startWithWasm(work, "heed");

export const standIn = (): PoolWorker => new OwnThread(async () => (scope) => work(scope, wasm()));
