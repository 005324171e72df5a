import work from "virtual:engine-worker";
import type { PoolWorker } from "../../engine/listen-to-worker";
import { OwnThread } from "../../engine/own-thread";
import { startWithWasm } from "./start-script";
import { wasm } from "./unpack";

export const startWorker = (): PoolWorker => startWithWasm(work, "heed");

export const standIn = (): PoolWorker => new OwnThread(async () => (scope) => work(scope, wasm()));
