import { coreAddresses } from "../modules/core-addresses";
import { compileEarly, shareModules } from "../modules/shared-modules";
import type { PoolWorker } from "./liveness";
import { OwnThread } from "./own-thread";
import { startModule } from "./start-module";

/** A worker of this module's; the self-contained builds have a way of their own in place of this file (web/src/embed). */
export function startWorker(): PoolWorker {
  compileEarly(coreAddresses);
  return shareModules(
    startModule(
      () => new Worker(new URL("../tasks/worker.ts", import.meta.url), { type: "module", name: "heed" }),
      "worker.js",
    ),
  );
}

/** What does the work where no worker can be started. */
export const standIn = (): PoolWorker => new OwnThread(async () => (await import("../tasks/serve-tasks")).serve);
