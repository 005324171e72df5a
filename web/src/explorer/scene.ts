/** What the views show: the reader's state, and what the worker has answered so far. */
import type { Palette } from "../charts/color/palette";
import { hueOf as hueOfHead } from "../figure/maps/head-name";
import type {
  AttentionKind,
  AttentionShape,
  DirectEffects,
  HeadWeights,
  KeptKeys,
  PairExplanation,
  WeightDifference,
} from "../models/models";
import type { ExplorerState } from "./state";
import type { EncodedText, LayerHeads, OpenedModel, Prediction } from "./worker/protocol";

/** A query, and a key that it may attend to. */
export interface Place {
  readonly query: number;
  readonly key: number | null;
}

/** What is looked at. */
export interface Shown {
  readonly state: ExplorerState;
  readonly model: OpenedModel;
  readonly text: EncodedText;
  /** What the run attended with. */
  readonly attentions: readonly AttentionShape[];
  /** Of the chosen head; null while it is computed. */
  readonly head: HeadWeights | null;
}

/** What stands beside the text and the model that are looked at: another text, another model, or both. */
export interface Compared {
  readonly model: OpenedModel;
  readonly text: EncodedText;
  readonly attentions: readonly AttentionShape[];
}

/** What the worker has answered. */
export interface Answers extends Omit<Shown, "state" | "model"> {
  /** Of the chosen head with what the reader changed. */
  readonly changedHead: HeadWeights | null;
  /** What it takes to come from its weights to those. */
  readonly difference: WeightDifference | null;
  /** Its weights between words, (words that attend × words attended to), where tokens are joined. */
  readonly wordWeights: Float32Array | null;
  /** What the tokens that are chosen together give to each other, or receive from each. */
  readonly chosenWeights: Float32Array | null;
  /** What the chosen head computes for each pair besides weights. */
  readonly values: Float32Array | null;
  /** How the weight in focus comes about. */
  readonly pair: PairExplanation | null;
  /** To the token in focus, from each token or word. */
  readonly rollout: Float32Array | null;
  /** Of a picture: what the patch in focus gives in each head of the layer, (heads × keys). */
  readonly ofQuery: Float32Array | null;
  /** Of each layer, as far as they are computed. */
  readonly layers: readonly (LayerHeads | undefined)[];
  /** Of each layer, of each head: how far the changes move its rows, in nats. */
  readonly divergence: readonly (readonly number[] | undefined)[];
  /** Of each layer, of each head: how far its rows are from those of the chosen head, in nats. */
  readonly similarity: readonly (readonly number[] | undefined)[];
  /** At the token in focus. */
  readonly predictions: {
    readonly plain: readonly Prediction[];
    readonly changed: readonly Prediction[] | null;
  } | null;
  /** Before the first layer and after each. */
  readonly lens: readonly (readonly Prediction[])[] | null;
  /** At the token in focus; a sentence where there are none. */
  readonly effects: DirectEffects | string | null;
  /** Another text or model beside this one; a sentence where it cannot be read. */
  readonly compared: Compared | string | null;
  readonly comparedHead: HeadWeights | null;
  readonly comparedDifference: WeightDifference | null;
  /** Of each layer, of each head: how far its rows there are from those here, in nats. */
  readonly comparedDivergence: readonly (readonly number[] | undefined)[];
  /** Which keys and values a text that goes on finds computed. */
  readonly keptKeys: KeptKeys | null;
}

export interface Scene extends Shown, Answers {
  readonly palette: Palette;
  /** What the second model is called. */
  readonly secondName: string | null;
  /** Under the pointer, or null: then the place that is locked is in focus. */
  readonly hover: Place | null;
}

/** What the reader does in a view. */
export interface Acts {
  readonly change: (change: Partial<ExplorerState>) => void;
  readonly hover: (place: Place | null) => void;
  /** Writes the token that follows. */
  readonly write: () => void;
  /** Asks for a second model, to be compared. */
  readonly openSecond: () => void;
  readonly closeSecond: () => void;
  /** Another token, the first of `text`, takes the place of one in the changed run. */
  readonly replace: (position: number, text: string) => void;
}

type Kind = Pick<Shown, "state" | "model">;
type Tokens = Pick<Shown, "state" | "model" | "text">;

/** The attention of the stack that predicts. */
export const mainKind = ({ model }: Pick<Shown, "model">): AttentionKind =>
  model.info.kind === "encoder" || model.info.kind === "image" ? "encoder" : "decoder";

/** The attention that is looked at. */
export const kindOf = (shown: Kind): AttentionKind => shown.state.kind ?? mainKind(shown);

/** Whether no query sees a later key. */
export const isCausal = (shown: Kind): boolean => kindOf(shown) === "decoder";

export const shapeOf = (shown: Kind & Pick<Shown, "attentions">): AttentionShape | undefined =>
  shown.attentions.find(({ kind }) => kind === kindOf(shown));

const isOfTarget = (shown: Kind, kind: AttentionKind) =>
  shown.model.info.kind === "encoder-decoder" && kind === "decoder";

/** What the tokens of each axis are called. */
export function namesOf(shown: Tokens): { readonly queries: readonly string[]; readonly keys: readonly string[] } {
  const { names, targetNames = [] } = shown.text;
  const kind = kindOf(shown);
  if (kind === "cross") return { queries: targetNames, keys: names };
  const own = isOfTarget(shown, kind) ? targetNames : names;
  return { queries: own, keys: own };
}

/** The query in focus: the one that is locked, else the last; of images the class token. */
export function queryOf(shown: Tokens): number {
  const last = shown.model.info.kind === "image" ? 0 : Math.max(0, namesOf(shown).queries.length - 1);
  return shown.state.query ?? last;
}

/** The place that is read: under the pointer, else locked, else the last token. */
export const placeOf = (scene: Scene): Place => scene.hover ?? { query: queryOf(scene), key: scene.state.key };

/** The token whose predictions are shown: of an encoder-decoder one of the decoder's. */
export function positionOf(shown: Tokens): number {
  if (kindOf(shown) === "encoder" && mainKind(shown) !== "encoder")
    return Math.max(0, (shown.text.targetNames?.length ?? 0) - 1);
  return queryOf(shown);
}

/** Its name. */
export function positionName(shown: Tokens): string | undefined {
  const { names, targetNames = [] } = shown.text;
  return (isOfTarget(shown, mainKind(shown)) ? targetNames : names)[positionOf(shown)];
}

/** The pair that is explained: the one that is locked, else the query in focus with what it gives most to. */
export function pairOf(shown: Shown): { readonly query: number; readonly key: number } | null {
  const { head, state } = shown;
  const query = queryOf(shown);
  if (!head || query >= head.queries || head.keys === 0) return null;
  if (state.key !== null) return state.key < head.keys ? { query, key: state.key } : null;
  const row = head.weights.subarray(query * head.keys, (query + 1) * head.keys);
  let key = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[key] as number)) key = i;
  return { query, key };
}

/** The colour of a head; the mean of a layer is slate. */
export const hueOf = (palette: Palette, head: number | null): string =>
  head === null ? (palette.maps[0] ?? "") : hueOfHead(palette, head);

/** A token as it is quoted in a sentence: spaces at the ends left out, others and line ends shown. */
export function quoted(name: string | undefined): string {
  const text = (name ?? "").replace(/\n/g, "⏎").replace(/\t/g, "⇥");
  return `“${text.trim() || "␣".repeat(text.length)}”`;
}
