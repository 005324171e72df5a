import loadModels, { type MainModule } from "../../compute/core/heed-models-threads.js";
import { type InstantiateWasm, startModule } from "../../compute/modules/load-module";
import { type NodeWorkers, nodeWorkers } from "./node-workers";

/** What Emscripten asks of a worker. */
interface ThreadWorker extends Pick<Worker, "postMessage" | "terminate"> {
  onmessage: ((event: { data: unknown }) => void) | null;
  /** Node: whether the process waits for it. */
  unref?: () => void;
}

export interface StartedModels {
  readonly module: MainModule;
  /** Ends the workers. */
  end(): void;
}

/** What this build takes besides the WebAssembly: how many workers to start, and how. */
interface ThreadOptions {
  instantiateWasm: InstantiateWasm;
  workers: number;
  startThread: () => ThreadWorker;
}

/** An instance of heed-models with workers for all but one of `threads`, which are ready then. Throws where one cannot be started. */
export async function startThreads(threads: number): Promise<StartedModels> {
  const workers: ThreadWorker[] = [];
  const end = () => {
    for (const worker of workers) worker.terminate();
  };
  const inNode = nodeWorkers();
  try {
    const module = await new Promise<MainModule>((resolve, reject) => {
      const startThread = () => {
        const worker = inNode ? startInNode(inNode, reject) : startInBrowser(reject);
        workers.push(worker);
        return worker;
      };
      startModule<MainModule>({
        load: ({ instantiateWasm }) => {
          const options: ThreadOptions = { instantiateWasm, workers: threads - 1, startThread };
          return loadModels(options);
        },
        // Bundlers look for addresses spelled out.
        plain: new URL("../../compute/core/heed-models-threads.wasm", import.meta.url),
        relaxed: new URL("../../compute/core/heed-models-threads-relaxed.wasm", import.meta.url),
      }).then(resolve, reject);
    });
    // A thread that waits for work does not keep a process.
    for (const worker of workers) worker.unref?.();
    return { module, end };
  } catch (error) {
    end();
    throw error;
  }
}

/** Workers come from the page's origin: where this script came from another one, it throws. */
function startInBrowser(failed: (error: unknown) => void): ThreadWorker {
  const worker: Worker = new Worker(new URL("./models-thread.ts", import.meta.url), { type: "module", name: "heed" });
  // Emscripten listens to its own `onerror`, and would wait for ever.
  worker.addEventListener("error", (event) => failed(new Error(event.message || "a thread could not be started")));
  return worker as Worker & ThreadWorker;
}

/** A worker of Node, which hears and is heard as one of a browser. */
function startInNode({ Worker: NodeWorker }: NodeWorkers, failed: (error: unknown) => void): ThreadWorker {
  // The name that the package gives it; bundlers need not look for it.
  const script = new URL(import.meta.url.replace(/[^/]*$/, "models-thread.js"));
  // Options of the process, such as `--input-type`, need not be meant for it.
  const worker = new NodeWorker(script, { execArgv: [] });
  const heard: ThreadWorker = Object.assign(worker, { onmessage: null });
  worker.on("message", (data) => heard.onmessage?.({ data }));
  worker.on("error", failed);
  return heard;
}
