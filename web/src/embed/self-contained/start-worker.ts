import work from "virtual:engine-worker";
import { OwnThread } from "../../engine/own-thread";
import type { PoolWorker } from "../../engine/pool";
import { startWithWasm } from "./start-script";
import { wasm } from "./unpack";

export const startWorker = (): PoolWorker => startWithWasm(work, "heed");

export const standIn = (): PoolWorker => new OwnThread(async () => (scope) => work(scope, wasm()));
