/** What the reader looks at: plain data, and its form in the address, in which layers and heads count from 1 as they do on the page. */
import { type ColorScale, colorScales } from "../charts/color/color-scale";
import type { AttentionKind, PairValue } from "../models/models";
import type { Changes, HeadPlace, HiddenPair, PatchedState, Replacement } from "./worker/protocol";

export const tints = ["gives", "receives", "rollout"] as const;
export type Tint = (typeof tints)[number];

/** By what the grid is sorted: its layers, or a score of the heads, the largest first. */
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

interface AnyHead {
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

/** "?model=stories&head=2.3"; what is as at the beginning is left out. */
export function toSearch(state: ExplorerState): string {
  const params = new URLSearchParams();
  const set = (name: string, value: string | number | null, otherwise: string | number | null) => {
    if (value !== null && value !== otherwise) params.set(name, String(value));
  };
  set("model", state.model, null);
  set("hub", state.hub, null);
  set("revision", state.revision, null);
  set("endpoint", state.endpoint, null);
  set("text", state.text, initialState.text);
  set("second", state.second, "");
  set("from", state.from, null);
  set("added", state.added.join(","), "");
  set("head", headCode(state), headCode(initialState));
  set("query", state.query, null);
  set("key", state.key, null);
  set("also", state.also.join(","), "");
  set("words", state.words ? "joined" : "", "");
  set("tint", state.tint, initialState.tint);
  set("scale", state.scale, initialState.scale);
  set("value", state.value, initialState.value);
  set("as", state.drawing, initialState.drawing);
  set("block", state.block, initialState.block);
  set("run", state.comparison, initialState.comparison);
  set("versus", state.versus, "");
  set("beside", state.beside, null);
  set("pairing", state.pairing, initialState.pairing);
  set("effect", state.effectOf, null);
  set("against", state.against, null);
  set("sort", state.order, initialState.order);
  set("label", state.label, null);
  set("off", state.changes.ablate.map(headCode).join(","), "");
  set("hide", state.changes.mask.map((pair) => `${headCode(pair)}.${pair.query}.${pair.key}`).join(","), "");
  set("replace", state.changes.replace.map(({ position, id }) => `${position}.${id}`).join(","), "");
  set("patch", state.changes.patch.map(({ layer, position }) => `${layer + 1}.${position}`).join(","), "");
  set("other", state.other, "");
  set("temperature", state.temperature, initialState.temperature);
  set("topk", state.topK, initialState.topK);
  set("topp", state.topP, initialState.topP);
  set("seed", state.seed, initialState.seed);
  set("view", state.view, initialState.view);
  const text = params.toString();
  return text && `?${text}`;
}

/** Reads what makes sense and leaves out the rest; what the model or the text does not have is left out by `within`. */
export function fromSearch(search: string): ExplorerState {
  const params = new URLSearchParams(search);
  const one = <T extends string>(name: string, choices: readonly T[], otherwise: T): T =>
    choices.find((choice) => choice === params.get(name)) ?? otherwise;
  const list = (name: string) => (params.get(name) ?? "").split(",").filter(Boolean);
  const { layer, head, kind = null } = readHead(params.get("head") ?? "") ?? initialState;
  const number = (name: string, least: number, most: number, otherwise: number) => {
    const value = Number(params.get(name) || Number.NaN);
    return value >= least && value <= most ? value : otherwise;
  };
  const pairs = <T>(name: string, make: (first: number, second: number) => T | null): T[] =>
    list(name)
      .map((each) => each.split(".").map(wholeNumber))
      .map(([first, second, ...more]) =>
        more.length > 0 || first == null || second == null ? null : make(first, second),
      )
      .filter(isGiven);
  const label = one("label", [...labels, ""], "");
  return {
    model: params.get("model"),
    hub: params.get("hub"),
    revision: params.get("revision"),
    endpoint: params.get("endpoint"),
    text: params.get("text") ?? initialState.text,
    second: params.get("second") ?? initialState.second,
    from: wholeNumber(params.get("from") ?? ""),
    added: list("added").map(wholeNumber).filter(isGiven),
    kind,
    layer,
    head,
    query: wholeNumber(params.get("query") ?? ""),
    key: wholeNumber(params.get("key") ?? ""),
    also: list("also").map(wholeNumber).filter(isGiven),
    words: params.get("words") === "joined",
    tint: one("tint", tints, initialState.tint),
    scale: one("scale", colorScales, initialState.scale),
    value: one("value", cellValues, initialState.value),
    drawing: one("as", drawings, initialState.drawing),
    block: one("block", blocks, initialState.block),
    comparison: one("run", comparisons, initialState.comparison),
    versus: params.get("versus") ?? initialState.versus,
    beside: params.get("beside"),
    pairing: one("pairing", pairings, initialState.pairing),
    effectOf: wholeNumber(params.get("effect") ?? ""),
    against: wholeNumber(params.get("against") ?? ""),
    order: one("sort", orders, initialState.order),
    label: label === "" ? null : label,
    changes: {
      ablate: list("off").map(readHead).filter(isGiven).filter(isOneHead),
      mask: list("hide").map(readPair).filter(isGiven),
      replace: pairs("replace", (position, id): Replacement => ({ position, id })),
      patch: pairs("patch", (layer, position): PatchedState | null =>
        layer > 0 ? { layer: layer - 1, position } : null,
      ),
    },
    other: params.get("other") ?? initialState.other,
    temperature: number("temperature", 0, 5, initialState.temperature),
    topK: wholeNumber(params.get("topk") ?? "") ?? initialState.topK,
    topP: number("topp", 0.01, 1, initialState.topP),
    seed: wholeNumber(params.get("seed") ?? "") ?? initialState.seed,
    view: one("view", viewNames, initialState.view),
  };
}

/** What a model has with the text that it has read. */
export interface Sizes {
  /** Of each attention the number of heads of each layer, and the tokens on both sides. */
  readonly attentions: readonly { kind: AttentionKind; heads: readonly number[]; queries: number; keys: number }[];
  readonly main: AttentionKind;
  /** Of the text whose tokens can be replaced. */
  readonly tokens: number;
  readonly vocabulary: number;
}

/** The state without what this model and this text do not have. */
export function within(state: ExplorerState, { attentions, main, tokens, vocabulary }: Sizes): ExplorerState {
  const of = (kind: AttentionKind | null | undefined) => attentions.find((each) => each.kind === (kind ?? main));
  const hasHead = ({ layer, head, kind }: AnyHead) => {
    const heads = of(kind)?.heads[layer];
    return heads !== undefined && (head === null || head < heads);
  };
  const kind = of(state.kind) && state.kind !== main ? state.kind : null;
  const shown = of(kind);
  const hasToken = (token: number | null, count = 0) => (token !== null && token < count ? token : null);
  const query = hasToken(state.query, shown?.queries);
  const key = query === null ? null : hasToken(state.key, shown?.keys);
  const isCausal = (of: AttentionKind) => of === "decoder";
  const hasPair = (pair: HiddenPair) => {
    const { queries = 0, keys = 0 } = of(pair.kind) ?? {};
    return hasHead(pair) && pair.query < queries && pair.key < (isCausal(pair.kind ?? main) ? pair.query + 1 : keys);
  };
  const hasId = (id: number | null) => (id !== null && id < vocabulary ? id : null);
  const layers = of(main)?.heads.length ?? 0;
  const positions = of(main)?.queries ?? 0;
  return {
    ...state,
    kind,
    ...(hasHead({ ...state, kind }) ? {} : { layer: 0, head: 0 }),
    query,
    also:
      query === null ? [] : state.also.filter((token) => hasToken(token, shown?.queries) !== null && token !== query),
    key: isCausal(kind ?? main) && key !== null && query !== null && key > query ? null : key,
    effectOf: hasId(state.effectOf),
    against: hasId(state.against),
    changes: {
      ablate: state.changes.ablate.filter(hasHead),
      mask: state.changes.mask.filter(hasPair),
      replace: state.changes.replace.filter(({ position, id }) => position < tokens && id < vocabulary),
      patch: state.changes.patch.filter(({ layer, position }) => layer < layers && position < positions),
    },
  };
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

const isGiven = <T>(value: T | null): value is T => value !== null;
const isOneHead = <T extends { head: number | null }>(place: T): place is T & { head: number } => place.head !== null;

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

const kindLetters: Readonly<Record<string, AttentionKind>> = { e: "encoder", c: "cross" };

interface ReadHead {
  readonly layer: number;
  readonly head: number | null;
  readonly kind?: AttentionKind;
}

function readHead(text: string): ReadHead | null {
  const [, letter = "", layer = "", head = ""] = /^([ec]?)([1-9]\d{0,3})\.([1-9]\d{0,3}|mean)$/.exec(text) ?? [];
  const kind = kindLetters[letter];
  if (!layer) return null;
  return { layer: Number(layer) - 1, head: head === "mean" ? null : Number(head) - 1, ...(kind && { kind }) };
}

function readPair(text: string): HiddenPair | null {
  const [, code = "", query = "", key = ""] = /^(.+)\.(\d{1,9})\.(\d{1,9})$/.exec(text) ?? [];
  const of = readHead(code);
  return of && isOneHead(of) ? { ...of, query: Number(query), key: Number(key) } : null;
}
