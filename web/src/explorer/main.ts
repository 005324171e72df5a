/** Starts the explorer. */

import { Explorer } from "./explorer";
import { ModelWorker } from "./worker/client";

const page = document.querySelector<HTMLElement>(".explorer");
if (page) {
  const worker = new Worker(new URL("./worker/explorer-worker.ts", import.meta.url), {
    type: "module",
    name: "heed explorer",
  });
  void new Explorer(page, new ModelWorker(worker)).start();
}
