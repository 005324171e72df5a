/** What the page asks of the worker that owns the model, and what it answers. */
import type { Bits } from "../../formats/recording/layout";
import type { PartDescription } from "../../formats/recording/write-recording";
import type {
  AttentionKind,
  AttentionShape,
  DirectEffects,
  HeadReport,
  HeadWeights,
  HubSource,
  ImageProcessing,
  KeptKeys,
  ModelInfo,
  ModelInspection,
  OpenProgress,
  PairExplanation,
  PairValue,
  PixelTensor,
  Spread,
  TokenPrediction,
  WeightDifference,
} from "../../models/models";
import type { SeenPicture } from "./picture";

/** Where a model comes from: files that a reader chose, a hub, a folder on a host, or one of the page's own trainer at an address. */
export type ExplorerSource =
  | { readonly files: readonly File[] }
  | HubSource
  | { readonly url: string }
  | { readonly own: string; readonly url: string };

/** In which form the weights are held, and whether what is fetched is kept in the browser. */
export interface OpenChoice {
  readonly dtype?: keyof ModelInspection["memory"];
  readonly keep?: boolean;
}

export interface OpenedModel {
  readonly info: ModelInfo;
  /** Whether a text can be typed; otherwise the numbers of its tokens are. */
  readonly readsText: boolean;
  /** Where a tokenizer came in a form that is not read: which, and what to do. */
  readonly whyNoTokenizer?: string | undefined;
  /** Of images, what its files say of pictures. */
  readonly imageProcessing?: ImageProcessing | undefined;
  /** Whether it gives logits of tokens. */
  readonly predictsTokens: boolean;
}

/** What a run is given. */
export interface RunInput {
  readonly ids: readonly number[];
  /** Segment of each token, where the tokenizer tells. */
  readonly typeIds?: readonly number[] | undefined;
  /** Of encoder-decoders: the tokens of the decoder. */
  readonly targetIds?: readonly number[] | undefined;
  /** Of images: (1 × channels × height × width), normalised. */
  readonly pixels?: PixelTensor | undefined;
}

/** Which word of the text a token belongs to, and what it adds to the text. */
export interface TokenInWord {
  readonly word: number;
  readonly text: string;
}

export interface EncodedText {
  readonly input: RunInput;
  /** What each token is in the text, or which patch of the image. */
  readonly names: readonly string[];
  /** Of encoder-decoders: what each token of the decoder is. */
  readonly targetNames?: readonly string[];
  /** Of each token, where a tokenizer makes several of one word; and of the decoder's. */
  readonly words?: readonly TokenInWord[];
  readonly targetWords?: readonly TokenInWord[];
  /** Of a pair of texts: of which each token is; null for what was put around them. */
  readonly sequenceIds?: readonly (0 | 1 | null)[];
  /** Pieces of the text that are no tokens of the model, and are left out. */
  readonly unknown: readonly string[];
  /** The picture, as the model sees it. */
  readonly picture?: SeenPicture;
  /** How many tokens the whole text has, where this is a part of it. */
  readonly total?: number;
  /** How many tokens at the beginning and at the end the tokenizer put around the text. */
  readonly around?: readonly [before: number, after: number];
}

export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
  /** Absent: that of the model's main stack. */
  readonly kind?: AttentionKind | undefined;
}

export interface HiddenPair extends HeadPlace {
  readonly query: number;
  readonly key: number;
}

/** Another token in the place of one. */
export interface Replacement {
  readonly position: number;
  readonly id: number;
}

/** The hidden state that enters a layer at a position, taken from a run of another text. */
export interface PatchedState {
  readonly layer: number;
  readonly position: number;
}

/** What is changed in a run. */
export interface Changes {
  readonly ablate: readonly HeadPlace[];
  readonly mask: readonly HiddenPair[];
  readonly replace: readonly Replacement[];
  readonly patch: readonly PatchedState[];
}

/** The model as it is, with what the reader changed, or what is compared with it: another text, another model, or both. */
export type RunName = "plain" | "changed" | "compared";

/** The model that is looked at, or the one beside it. */
export type ModelPlace = "first" | "second";

export interface Prediction extends TokenPrediction {
  readonly name: string;
}

/** Of each head of a layer. */
export type LayerHeads = readonly HeadReport[];

/** Which attention a question is about; absent: that of the main stack. */
interface OfKind {
  readonly kind?: AttentionKind | undefined;
}

/** `head` null: the mean of the layer's heads. */
export interface HeadOrMean extends OfKind {
  readonly layer: number;
  readonly head: number | null;
}

/** Of each token the number of its group, or -1. */
export interface GroupNumbers {
  readonly queryGroups: readonly number[];
  readonly keyGroups: readonly number[];
}

/** One kind of attention, and the heads of it that are recorded. */
export interface PartToAsk extends PartDescription {
  readonly heads: readonly { readonly layer: number; readonly head: number }[];
}

export interface RecordRequest {
  readonly title: string;
  readonly source: string;
  readonly bits: Bits;
  readonly parts: readonly PartToAsk[];
}

export interface WholeRunRequest {
  readonly form: "safetensors" | "npz";
  readonly input: RunInput;
}

export interface Tasks {
  /** What a model takes, before its weights are read; undefined of the page's own. */
  inspect: { request: { source: ExplorerSource; keep?: boolean }; result: ModelInspection | undefined };
  /** The model before stays the one that is asked until the new one is adopted. */
  open: { request: { source: ExplorerSource } & OpenChoice; result: OpenedModel };
  /** The model opened last takes the place of the one before; with another first model there is no second. */
  adopt: { request: ModelPlace; result: undefined };
  /** Nothing but another text is compared from then on. */
  closeSecond: { request: null; result: undefined };
  /** For the hub's gated models; kept while the page is open. */
  hubToken: { request: { token: string | undefined; endpoint?: string }; result: undefined };
  /**
   * `second`: the other text of a pair, or the decoder's. `added`: tokens that were written after it. `from`: of one text that is longer
   * than the model's context, the first token that is read. `run`: whose model reads it.
   */
  encode: {
    request: { text: string; second: string; added: readonly number[]; from?: number | null; run?: RunName };
    result: EncodedText;
  };
  /** A picture as the model takes it. */
  picture: { request: { picture: Blob }; result: EncodedText };
  /**
   * `other`: the text that patched states are taken from. A decoder's plain text that goes on from the one before, or is its beginning, is
   * not computed anew.
   */
  run: {
    request: { run: RunName; input: RunInput; changes?: Changes; other?: RunInput | undefined };
    result: readonly AttentionShape[];
  };
  /** The keys and values of the plain run, which a text that goes on finds there. */
  keptKeys: { request: null; result: KeptKeys };
  head: { request: HeadOrMean & { run: RunName }; result: HeadWeights };
  /** What a head computes for each pair besides the weight. */
  values: { request: OfKind & { layer: number; head: number; which: PairValue }; result: Float32Array };
  /** All heads of a layer, as thumbnails with cells of block × block weights. */
  layer: { request: OfKind & { layer: number; block: number }; result: LayerHeads };
  /** Of each head of a layer, how far its rows in another run are from those in the plain one, in nats. */
  divergence: { request: OfKind & { run: RunName; layer: number }; result: readonly number[] };
  /** Of each head of a layer, how far its rows are from those of one head, in nats. */
  similarity: { request: OfKind & { layer: number; to: HeadPlace }; result: readonly number[] };
  /** What it takes to come from the weights of the plain run to those of another, which has as many tokens. */
  difference: { request: HeadOrMean & { run: RunName }; result: WeightDifference };
  /** (groups of queries × groups of keys): the weights of a head between groups of tokens, each named by its number, or -1. */
  groups: { request: HeadOrMean & GroupNumbers; result: Float32Array };
  /** (heads × keys): what a query gives in each head of a layer. */
  query: { request: OfKind & { layer: number; query: number }; result: Float32Array };
  /** How the weight of a pair comes about. */
  explain: { request: OfKind & { layer: number; head: number; query: number; key: number }; result: PairExplanation };
  /** Attention rollout to a position, from each group of keys. */
  rollout: { request: OfKind & { position: number; keyGroups: readonly number[] }; result: Float32Array };
  /** What each part writes into the logit of a token, or into the difference of two. */
  effects: { request: { position: number; token: number; other: number | null }; result: DirectEffects };
  /** The `count` most likely tokens after the last layer, or these. */
  predictions: {
    request: { run: RunName; position: number; which: number | readonly number[] };
    result: readonly Prediction[];
  };
  /** Heads of the plain run as a recording. */
  record: { request: RecordRequest; result: Blob };
  /** All that a pass computes, by the names that transformers gives it. */
  wholeRun: { request: WholeRunRequest; result: Blob };
  /** The most likely tokens before the first layer and after each. */
  lens: { request: { position: number; count: number }; result: readonly (readonly Prediction[])[] };
  /** The token that follows the plain run, drawn at a temperature; null where the context is full. */
  next: { request: { input: RunInput } & Sampling; result: Prediction | null };
  /** Heads on many texts; progress is told in texts. */
  many: { request: OfKind & { texts: readonly string[] }; result: ManyTexts };
  /** The first token of a text, as it stands within another. */
  token: { request: { text: string }; result: { id: number; name: string } | null };
}

export const scoreNames = [
  "entropy",
  "meanDistance",
  "previousToken",
  "firstToken",
  "self",
  "duplicateToken",
  "induction",
  "local",
] as const;
export type ScoreName = (typeof scoreNames)[number];

export interface ManyTexts {
  /** Those that were read. */
  readonly texts: readonly string[];
  /** How many lines were left out: empty ones, and those that the model refused. */
  readonly skipped: number;
  /** Of each layer, of each head, of each score: what it comes to over the texts. */
  readonly heads: readonly (readonly Readonly<Record<ScoreName, Spread>>[])[];
}

/** How a token is drawn. */
export interface Sampling {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

export type TaskName = keyof Tasks;
export type TaskMessage = { [Name in TaskName]: { id: number; name: Name; request: Tasks[Name]["request"] } }[TaskName];
export type Question = TaskMessage | { readonly abort: number };

export type Progress = OpenProgress;

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string; readonly canRetry?: boolean }
  | { readonly id: number; readonly progress: Progress };
