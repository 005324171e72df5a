import loadModels, { type MainModule } from "../compute/core/heed-models.js";
import { startModule } from "../compute/modules/load-module";

/** An instance of its own for each model: its memory goes when the model is closed. */
export const startModels = () =>
  startModule<MainModule>({
    load: loadModels,
    // Bundlers look for addresses spelled out.
    plain: new URL("../compute/core/heed-models.wasm", import.meta.url),
    relaxed: new URL("../compute/core/heed-models-relaxed.wasm", import.meta.url),
  });

/** The same with threads, where they can be started. `end` ends their workers. */
export async function startModelsWith(threads: number): Promise<{ module: MainModule; end?: () => void }> {
  if (threads > 1)
    try {
      const { startThreads } = await import("./threads/start-threads");
      return await startThreads(threads);
    } catch {
      // A policy that forbids workers, or no room for memory that is shared: one thread computes the same.
    }
  return { module: await startModels() };
}
