import type { CoreRun, HeadReport, HeadWeights, TokenPrediction } from "../compute/core/heed-models.js";

/** Which attention of an encoder-decoder is meant; the decoder's own by default. */
export type AttentionKind = "encoder" | "decoder" | "cross";

/**
 * A pass over a text of which queries, keys and hidden states are kept. What is queries × keys is computed when it is asked for, so
 * that every head of a long text can be looked at. Layers, heads and positions that are not there throw an `Error` that names them.
 */
export class Run {
  #core: CoreRun | undefined;

  /** @internal */
  constructor(core: CoreRun) {
    this.#core = core;
  }

  /** The weights of a head, and of each query its entropy and what it sees. */
  head(layer: number, head: number, kind?: AttentionKind): HeadWeights {
    return this.#open().head(layer, head, kind);
  }

  /** The mean of the weights of a layer's heads. */
  meanOfHeads(layer: number, kind?: AttentionKind): HeadWeights {
    return this.#open().meanOfHeads(layer, kind);
  }

  /** What a head looks at, and a picture of its weights, in which each cell is the largest of block × block of them. */
  report(layer: number, head: number, block = 1, kind?: AttentionKind): HeadReport {
    return this.#open().report(layer, head, block, kind);
  }

  /**
   * What is expected at a position, as the model's own head reads it from the hidden state before layer `layer`, or after the last
   * where `layer` is the number of layers: the logit lens. `which`: so many of the most likely tokens, or the tokens listed.
   */
  predictions(layer: number, position: number, which: number | ArrayLike<number>): TokenPrediction[] {
    return this.#open().predictions(layer, position, which);
  }

  /** Frees its memory; it can do nothing afterwards. */
  close(): void {
    this.#core?.delete();
    this.#core = undefined;
  }

  #open(): CoreRun {
    if (!this.#core) throw new Error("the run is closed");
    return this.#core;
  }
}
