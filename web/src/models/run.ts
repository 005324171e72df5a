import type {
  AttentionShape,
  CoreGenerationOptions,
  CoreRun,
  DirectEffects,
  GeneratedToken,
  HeadReport,
  HeadWeights,
  KeptKeys,
  MainModule,
  PairExplanation,
  TokenPrediction,
} from "../compute/core/heed-models.js";

/** Which attention of an encoder-decoder is meant; the decoder's own by default. */
export type AttentionKind = "encoder" | "decoder" | "cross";

/**
 * What a head computes for each pair of a query and a key: the product q·k, the logit that comes of it by scale, cap and bias, the weight
 * times the norm of what the head writes for that key (Kobayashi et al. 2020), or the weight as a share of what does not go to the first
 * key.
 */
export type PairValue = "product" | "logit" | "weighted norm" | "without first key";

/**
 * A pass over a text or an image of which queries, keys and hidden states are kept. What is queries × keys is computed when it is asked for, so
 * that every head of a long text can be looked at. Layers, heads and positions that are not there throw an `Error` that names them.
 */
export class Run {
  #core: CoreRun | undefined;
  readonly #module: MainModule;

  /** @internal */
  constructor(module: MainModule, core: CoreRun) {
    this.#module = module;
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

  /** The same of all heads of a layer. */
  reports(layer: number, block = 1, kind?: AttentionKind): HeadReport[] {
    return this.#open().reports(layer, block, kind);
  }

  /** What the pass attended with: encoder, decoder and cross-attention, those that the model has. */
  attentions(): AttentionShape[] {
    return this.#open().attentions();
  }

  /**
   * Reads further tokens of a decoder's text with the keys and values that are kept: only theirs are computed. Throws where the run was
   * given token types other than 0, a mask or interventions.
   */
  extend(inputIds: ArrayLike<number>): void {
    this.#open().extend(inputIds);
  }

  /** Forgets all but the first `length` tokens of a decoder's text. */
  truncate(length: number): void {
    this.#open().truncate(length);
  }

  /** The keys and values that are kept, and how many tokens the last pass computed; none without a decoder. */
  keptKeys(): KeptKeys {
    return this.#open().keptKeys();
  }

  /** The token that follows a decoder's text, drawn as the first of `generate` with this seed. */
  nextToken(options: Pick<CoreGenerationOptions, "temperature" | "topK" | "topP" | "seed"> = {}): GeneratedToken {
    return this.#open().nextToken(options);
  }

  /** (queries × keys), also of pairs in which the query may not see the key. */
  pairValues(layer: number, head: number, which: PairValue, kind?: AttentionKind): Float32Array {
    return this.#open().pairValues(layer, head, which, kind);
  }

  /** How the weight of one pair comes about. */
  explain(layer: number, head: number, query: number, key: number, kind?: AttentionKind): PairExplanation {
    return this.#open().explain(layer, head, query, key, kind);
  }

  /** (heads × keys): what one query gives in each head of a layer. */
  weightsOfQuery(layer: number, query: number, kind?: AttentionKind): Float32Array {
    return this.#open().weightsOfQuery(layer, query, kind);
  }

  /** (keys): where the information at a position comes from, by attention rollout (Abnar and Zuidema 2020). */
  rollout(position: number, kind?: AttentionKind): Float32Array {
    return this.#open().rollout(position, kind);
  }

  /**
   * Of each head of a layer, how far its rows are from those of another run with as many queries and keys, of this model or another: the
   * mean over queries of the Jensen-Shannon divergence, in nats. Of layers of different sizes, the heads that there are in both.
   */
  divergenceFrom(other: Run, layer: number, kind?: AttentionKind): number[] {
    if (other.#module === this.#module) return this.#module.divergence(this.#open(), other.#open(), layer, kind);
    const heads = (run: Run) => run.#attention(kind).heads[layer] ?? 0;
    return Array.from({ length: Math.min(heads(this), heads(other)) }, (_, head) => {
      const { weights, keys, queries } = this.head(layer, head, kind);
      const there = other.head(layer, head, kind);
      if (there.queries !== queries || there.keys !== keys)
        throw new Error(
          `the runs have ${queries} and ${there.queries} queries, and ${keys} and ${there.keys} keys; they must have the same`,
        );
      return this.#module.rowDivergence(weights, there.weights, keys);
    });
  }

  /** Of each head of a layer, how far its rows are from those of one head, by the same measure: how unlike it they look. */
  divergenceFromHead(layer: number, to: { layer: number; head: number }, kind?: AttentionKind): number[] {
    const { weights, keys } = this.head(to.layer, to.head, kind);
    return Array.from({ length: this.#headsOf(layer, kind) }, (_, head) =>
      this.#module.rowDivergence(this.head(layer, head, kind).weights, weights, keys),
    );
  }

  /**
   * What each part of the model writes into the logit of a token at a position, or into the difference of two tokens' logits. Throws
   * where the head that reads the logits has layers of its own, so that there is no such sum.
   */
  directEffects(position: number, token: number, other?: number): DirectEffects {
    return this.#open().directEffects(position, token, other);
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

  #headsOf(layer: number, kind: AttentionKind | undefined): number {
    const { heads } = this.#attention(kind);
    const count = heads[layer];
    if (count === undefined) throw new Error(`there is no layer ${layer} among ${heads.length}`);
    return count;
  }

  /** Of a kind, or of the stack that predicts. */
  #attention(kind: AttentionKind | undefined): AttentionShape {
    const all = this.attentions();
    const found = all.find((each) => each.kind === (kind ?? "decoder")) ?? (kind === undefined ? all[0] : undefined);
    if (!found) throw new Error(`the model has no ${kind} attention`);
    return found;
  }

  #open(): CoreRun {
    if (!this.#core) throw new Error("the run is closed");
    return this.#core;
  }
}
