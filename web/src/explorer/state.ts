/** What the reader looks at: plain data. */
import type { ColorScale } from "../charts/color/color-scale";
import type { AttentionKind, PairValue } from "../models/models";
import type { Changes, HeadPlace, HiddenPair } from "./worker/protocol";

export const tints = ["gives", "receives", "rollout"] as const;
export type Tint = (typeof tints)[number];

/** By what the grid is sorted: its layers; a score of the heads, the largest first; the similarity to the chosen head, the most similar first. */
export const orders = [
  "layer",
  "entropy",
  "distance",
  "previous token",
  "first token",
  "self",
  "duplicate token",
  "induction",
  "local",
  "similarity",
  "change",
] as const;
export type Order = (typeof orders)[number];

export const labels = [
  "previous token",
  "first token",
  "self",
  "duplicate token",
  "induction",
  "local",
  "broad",
  "other",
] as const;
export type Label = (typeof labels)[number];

/** What the map of a head has in its cells. */
export const cellValues = ["weight", "without first key", "product", "logit", "masked logit", "weighted norm"] as const;
export type CellValue = (typeof cellValues)[number];

/** What a run is asked for; weights are in every answer, and a masked logit is the logit where the key may be seen. */
export const pairValueOf = (value: CellValue): PairValue | null =>
  value === "weight" ? null : value === "masked logit" ? "logit" : value;

/** Of which run the map is, or the difference of both. */
export const comparisons = ["as it is", "with the changes", "difference"] as const;
export type Comparison = (typeof comparisons)[number];

/** How two texts or two models are compared. */
export const pairings = ["side by side", "difference"] as const;
export type Pairing = (typeof pairings)[number];

/** How a head is drawn. */
export const drawings = ["map", "arcs"] as const;
export type Drawing = (typeof drawings)[number];

/** Parts of a map of a pair of texts. */
export const blocks = ["all", "A → A", "A → B", "B → A", "B → B"] as const;
export type Block = (typeof blocks)[number];

export const attentionKinds: readonly AttentionKind[] = ["encoder", "decoder", "cross"];

export const viewNames = ["text", "heads", "head", "layers"] as const;
/** On narrow pages one of them is seen at a time. */
export type ViewName = (typeof viewNames)[number];

export interface ExplorerState {
  /** One of the page's own models; null: one of a hub, or files of the reader's, which no address can bring back. */
  readonly model: string | null;
  /** "org/name" on the hub. */
  readonly hub: string | null;
  /** Of that model; null: the hub's main one. */
  readonly revision: string | null;
  /** Where that hub is; null: Hugging Face's. */
  readonly endpoint: string | null;
  readonly text: string;
  /** The second text of a pair, or the decoder's. */
  readonly second: string;
  /** Of a text longer than the model's context, the first token that is read; null: all of it is asked for. */
  readonly from: number | null;
  /** Tokens that were written after it. */
  readonly added: readonly number[];
  /** Which attention of an encoder-decoder is looked at; null: that of the main stack. */
  readonly kind: AttentionKind | null;
  readonly layer: number;
  /** Null: the mean of the layer's heads. */
  readonly head: number | null;
  /** The token in focus; null: the last. */
  readonly query: number | null;
  readonly key: number | null;
  /** Tokens that are looked at together with that. */
  readonly also: readonly number[];
  /** Whether the tokens of a word stand as one in the text. */
  readonly words: boolean;
  readonly tint: Tint;
  readonly scale: ColorScale;
  readonly value: CellValue;
  readonly drawing: Drawing;
  readonly block: Block;
  readonly comparison: Comparison;
  /** The text that is compared; empty: the same, in a second model. */
  readonly versus: string;
  /** The second model, one of the page's own or of the hub; null: there is none, or no address can bring it back. */
  readonly beside: string | null;
  readonly pairing: Pairing;
  /** The token whose logit is taken apart, and that whose logit is taken off; null: the most likely, and none. */
  readonly effectOf: number | null;
  readonly against: number | null;
  readonly order: Order;
  /** Only heads with this label are lit. */
  readonly label: Label | null;
  readonly changes: Changes;
  /** The text that patched states are taken from. */
  readonly other: string;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  readonly view: ViewName;
}

export const initialState: ExplorerState = {
  model: null,
  hub: null,
  revision: null,
  endpoint: null,
  text: "",
  second: "",
  from: null,
  added: [],
  kind: null,
  layer: 0,
  head: 0,
  query: null,
  key: null,
  also: [],
  words: false,
  tint: "gives",
  scale: "linear",
  value: "weight",
  drawing: "map",
  block: "all",
  comparison: "as it is",
  versus: "",
  beside: null,
  pairing: "side by side",
  effectOf: null,
  against: null,
  order: "layer",
  label: null,
  changes: { ablate: [], mask: [], replace: [], patch: [] },
  other: "",
  temperature: 1,
  topK: 0,
  topP: 1,
  seed: 0,
  view: "text",
};

export interface AnyHead {
  readonly layer: number;
  readonly head: number | null;
  readonly kind?: AttentionKind | null | undefined;
}

/** "9.8", as heads are called on the page; of an encoder-decoder's encoder "e9.8", of its cross-attention "c9.8". */
export const headCode = ({ layer, head, kind }: AnyHead) =>
  `${kind === "encoder" ? "e" : kind === "cross" ? "c" : ""}${layer + 1}.${head === null ? "mean" : head + 1}`;

export const kindNames: Readonly<Record<AttentionKind, string>> = {
  encoder: "encoder",
  decoder: "decoder",
  cross: "cross-attention",
};

export function headName({ layer, head, kind }: AnyHead): string {
  const where = `${kind === "encoder" || kind === "cross" ? `${kindNames[kind]}, layer` : "Layer"} ${layer + 1}`;
  const of = where.charAt(0).toUpperCase() + where.slice(1);
  return head === null ? `${of}, mean of its heads` : `${of}, head ${head + 1}`;
}

export const isChanged = ({ ablate, mask, replace, patch }: Changes) =>
  ablate.length + mask.length + replace.length + patch.length > 0;

export const isSameHead = (a: AnyHead, b: AnyHead) =>
  a.layer === b.layer && a.head === b.head && (a.kind ?? null) === (b.kind ?? null);

/** The head is off afterwards if it was on, and on if it was off. */
export function toggleHead(changes: Changes, head: HeadPlace): Changes {
  const others = changes.ablate.filter((each) => !isSameHead(each, head));
  const isOff = others.length < changes.ablate.length;
  return { ...changes, ablate: isOff ? others : [...others, head] };
}

export function togglePair(changes: Changes, pair: HiddenPair): Changes {
  const isSame = (each: HiddenPair) => isSameHead(each, pair) && each.query === pair.query && each.key === pair.key;
  const others = changes.mask.filter((each) => !isSame(each));
  return { ...changes, mask: others.length < changes.mask.length ? others : [...others, pair] };
}
