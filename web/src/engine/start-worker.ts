import { OwnThread } from "./own-thread";
import type { PoolWorker } from "./pool";

/** A worker of this module's; the self-contained builds have a way of their own in place of this file (web/embed). */
export function startWorker(): PoolWorker {
  try {
    // Bundlers look for just this.
    return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed" });
  } catch (error) {
    if (new URL(import.meta.url).origin === location.origin) throw error;
    return startFromElsewhere();
  }
}

/** Workers must come from the page's origin; one that only imports may import from anywhere that allows it. */
function startFromElsewhere(): PoolWorker {
  // The name that the package's build gives it; spelled so that bundlers leave it alone, as what they bundle is at home.
  const script = import.meta.url.replace(/[^/]*$/, "worker.js");
  const url = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: "text/javascript" }));
  const worker = new Worker(url, { type: "module", name: "heed" });
  // A worker that has answered has loaded.
  worker.addEventListener("message", () => URL.revokeObjectURL(url), { once: true });
  return worker;
}

/** What does the work where no worker can be started. */
export const standIn = (): PoolWorker => new OwnThread(async () => (await import("./serve")).serve);
