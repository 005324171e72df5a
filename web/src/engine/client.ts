import { EngineError } from "./errors";
import type { AttentionInputs, AttentionOptions } from "./heed";
import { LongMap } from "./long-map";
import { checkSize, type HeadMap, type NotebookOptions } from "./notebook-maps";
import { parallelAttention } from "./parallel-attention";
import { WorkerPool } from "./pool";
import type { LongHeadSource } from "./protocol";

export { EngineError, Superseded } from "./errors";
export type { LongMap } from "./long-map";
export type { HeadMap, NotebookOptions } from "./notebook-maps";
export type { LongHeadSource } from "./protocol";

/** A map as soon as it is computed, in no particular order; `head` is −1 for the single head. */
export interface NotebookPart {
  head: number;
  map: HeadMap;
}

export interface NotebookResult {
  options: NotebookOptions;
  single: HeadMap;
  heads: HeadMap[];
}

export interface CallOptions {
  /** A newer call on the same channel supersedes the older one. */
  channel?: string;
  signal?: AbortSignal;
  onPart?: (part: NotebookPart) => void;
}

/** The core in workers, started by the first call. One engine serves every figure of a page. */
class Engine {
  #pool = new WorkerPool(
    // Beyond four, small devices run out of memory before they run out of work.
    Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2)),
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "heed" }),
  );

  /** Computes the source experiment, its maps in parallel. Rejects with EngineError, Superseded, or the signal's reason. */
  async notebook(options: NotebookOptions, { channel = "notebook", signal, onPart }: CallOptions = {}) {
    signal?.throwIfAborted();
    this.#pool.drop(channel);
    try {
      checkSize(options);
    } catch (error) {
      throw new EngineError("memory", error instanceof Error ? error.message : String(error));
    }
    const computeMap = async (head: number) => {
      const map = await this.#pool.run("notebookMap", () => ({ request: { options, head } }), channel);
      if (!signal?.aborted) onPart?.({ head, map });
      return map;
    };
    const stop = () => this.#pool.drop(channel);
    signal?.addEventListener("abort", stop);
    try {
      const heads = Math.max(0, Math.floor(options.heads) || 0);
      const [single, ...others] = await Promise.all([
        computeMap(-1),
        ...Array.from({ length: heads }, (_, head) => computeMap(head)),
      ]);
      return { options, single, heads: others } satisfies NotebookResult as NotebookResult;
    } catch (error) {
      this.#pool.drop(channel); // the other maps would fail alike
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** `Heed.attention` spread over the workers, by heads and blocks of queries. */
  attention(inputs: AttentionInputs, options: AttentionOptions = {}) {
    return parallelAttention(this.#pool, inputs, options);
  }

  /** Opens one long head for looking at. Rejects with EngineError where it cannot be. */
  openLongMap(source: LongHeadSource, options: AttentionOptions = {}) {
    return LongMap.open(this.#pool, source, options);
  }
}

export const engine = new Engine();
