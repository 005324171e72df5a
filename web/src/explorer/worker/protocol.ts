/** What the page asks of the worker that owns the model, and what it answers. */
import type { HeadReport, HeadWeights, ModelInfo, TokenPrediction } from "../../models/models";

/** Where a model comes from: files that a reader chose, a hub, or one of the page's own trainer at an address. */
export type ExplorerSource =
  | { readonly files: readonly File[] }
  | { readonly hub: string }
  | { readonly own: string; readonly url: string };

export interface OpenedModel {
  readonly info: ModelInfo;
  /** Whether a text can be typed; otherwise the numbers of its tokens are. */
  readonly readsText: boolean;
  /** Whether it gives logits of tokens. */
  readonly predictsTokens: boolean;
}

export interface EncodedText {
  readonly ids: readonly number[];
  /** What each token is in the text. */
  readonly names: readonly string[];
  /** Pieces of the text that are no tokens of the model, and are left out. */
  readonly unknown: readonly string[];
  /** Segment of each token, where the tokenizer tells. */
  readonly typeIds?: readonly number[];
}

export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

export interface HiddenPair extends HeadPlace {
  readonly query: number;
  readonly key: number;
}

/** What is changed in a run. */
export interface Changes {
  readonly ablate: readonly HeadPlace[];
  readonly mask: readonly HiddenPair[];
}

/** The model as it is, or with what the reader changed. */
export type RunName = "plain" | "changed";

export interface Prediction extends TokenPrediction {
  readonly name: string;
}

/** Of each head of a layer. */
export type LayerHeads = readonly HeadReport[];

export interface Tasks {
  open: { request: { source: ExplorerSource }; result: OpenedModel };
  encode: { request: { text: string; added: readonly number[] }; result: EncodedText };
  run: {
    request: { run: RunName; ids: readonly number[]; typeIds?: readonly number[] | undefined; changes?: Changes };
    result: undefined;
  };
  /** `head` null: the mean of the layer's heads. */
  head: { request: { layer: number; head: number | null }; result: HeadWeights };
  /** All heads of a layer, as thumbnails with cells of block × block weights. */
  layer: { request: { layer: number; block: number }; result: LayerHeads };
  /** The `count` most likely tokens after the last layer, or these. */
  predictions: {
    request: { run: RunName; position: number; which: number | readonly number[] };
    result: readonly Prediction[];
  };
  /** The most likely tokens before the first layer and after each. */
  lens: { request: { position: number; count: number }; result: readonly (readonly Prediction[])[] };
}

export type TaskName = keyof Tasks;
export type TaskMessage = { [Name in TaskName]: { id: number; name: Name; request: Tasks[Name]["request"] } }[TaskName];
export type Question = TaskMessage | { readonly abort: number };

export interface Progress {
  readonly loaded: number;
  readonly total: number;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: Progress };
