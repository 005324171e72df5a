import { messageOf } from "../model/error-message";
import { EngineError } from "./errors";
import type { AttentionInputs, AttentionOptions } from "./heed";
import type { LabTasks } from "./lab-protocol";
import { describeInBlocks, type GivenWeights } from "./maps/described-map";
import type { EntropyCurvesRequest } from "./maps/entropy-curves";
import { LongMap } from "./maps/long-map";
import type { MaskedHeadRequest } from "./maps/masked-head";
import { checkSize, type HeadMap, type NotebookOptions } from "./maps/notebook-maps";
import { parallelAttention } from "./maps/parallel-attention";
import type { TimingRequest } from "./maps/time-attention";
import type { CoreTasks, LongHeadSource } from "./protocol";
import type { WorkerPool } from "./workers/pool";

/** A map as soon as it is computed, in no particular order; `head` is −1 for the single head. */
export interface NotebookPart {
  /** Which head, from 0; −1: the single one. */
  head: number;
  /** Its map. */
  map: HeadMap;
}

/** The maps of the source experiment. */
export interface NotebookResult {
  /** What was asked for. */
  options: NotebookOptions;
  /** The head that compares whole tokens. */
  single: HeadMap;
  /** The heads that compare projections of them. */
  heads: HeadMap[];
}

/** How a call is to be done. */
export interface CallOptions {
  /** Ends the call; it then rejects with the reason. */
  signal?: AbortSignal;
  /** Told of each map as soon as it is there. */
  onPart?: (part: NotebookPart) => void;
}

/**
 * The core in workers, started by the first call. One engine serves every figure of a page. A call whose signal is aborted rejects
 * with the reason; what of it waits is never computed.
 */
export class Engine {
  constructor(private readonly pool: WorkerPool) {}

  /** Computes the source experiment, its maps in parallel. Rejects with EngineError, or the signal's reason. */
  async notebook(options: NotebookOptions, { signal, onPart }: CallOptions = {}) {
    signal?.throwIfAborted();
    const call = new AbortController();
    const computeMap = async (head: number) => {
      const map = await this.pool.run("notebookMap", () => ({ request: { options, head } }), call.signal);
      if (!call.signal.aborted) onPart?.({ head, map });
      return map;
    };
    const stop = () => call.abort(signal?.reason);
    signal?.addEventListener("abort", stop);
    try {
      requireMemory(options);
      const heads = Math.max(0, Math.floor(options.heads) || 0);
      const [single, ...others] = await Promise.all([
        computeMap(-1),
        ...Array.from({ length: heads }, (_, head) => computeMap(head)),
      ]);
      return { options, single, heads: others } satisfies NotebookResult as NotebookResult;
    } catch (error) {
      call.abort(error); // the other maps would fail alike
      throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Whether what is asked with this signal waits for a worker, and nothing of it has begun. @internal */
  isWaiting(signal: AbortSignal): boolean {
    return this.pool.isWaiting(signal);
  }

  /** Tokens, queries, keys and values of the source experiment. */
  notebookTensors(options: CoreTasks["notebookTensors"]["request"], signal?: AbortSignal) {
    return this.pool.run("notebookTensors", () => ({ request: options }), signal);
  }

  /** `Heed.attention` spread over the workers, by heads and blocks of queries. */
  attention(inputs: AttentionInputs, options: AttentionOptions = {}, signal?: AbortSignal) {
    return parallelAttention(this.pool, inputs, options, signal);
  }

  /** Milliseconds that one head takes on this machine, the least of a few. @internal */
  timeAttention(request: TimingRequest, signal?: AbortSignal) {
    return this.pool.run("timeAttention", () => ({ request }), signal);
  }

  /** A head of the source experiment under a mask, and without it. @internal */
  maskedHead(request: MaskedHeadRequest, signal?: AbortSignal) {
    return this.pool.run("maskedHead", () => ({ request }), signal);
  }

  /** Entropies, sums and statistics of weights from anywhere, as many as there are: the map has the given array itself. */
  describe(given: GivenWeights, signal?: AbortSignal) {
    const { pool } = this;
    return describeInBlocks(
      {
        blockRows: (make) =>
          pool.run(
            "blockRows",
            () => {
              const request = make();
              return { request, transfer: [request.weights.buffer] };
            },
            signal,
          ),
        sumRows: (request) => pool.run("sumRows", () => ({ request }), signal),
      },
      given,
    );
  }

  /** Entropies of queries at many temperatures. @internal */
  entropyCurves(request: EntropyCurvesRequest, signal?: AbortSignal) {
    return this.pool.run("entropyCurves", () => ({ request }), signal);
  }

  /** A task of heed-lab (lab-protocol.ts), loaded by the first one. @internal */
  lab<Name extends keyof LabTasks>(name: Name, request: LabTasks[Name]["request"], signal?: AbortSignal) {
    return this.pool.run(name, () => ({ request }), signal);
  }

  /** Opens one long head for looking at. Rejects with EngineError where it cannot be. */
  openLongMap(source: LongHeadSource, options: AttentionOptions = {}) {
    return LongMap.open(this.pool, source, options);
  }

  /** Ends the workers. What is under way is rejected with Superseded; a later call starts them anew. */
  close() {
    this.pool.close();
  }
}

function requireMemory(options: NotebookOptions): void {
  try {
    checkSize(options);
  } catch (error) {
    throw new EngineError("memory", messageOf(error));
  }
}
