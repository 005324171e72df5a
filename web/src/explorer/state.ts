/** What the reader looks at: plain data, and its form in the address, in which layers and heads count from 1 as they do on the page. */
import { type ColorScale, colorScales } from "../charts/color/color-scale";
import type { Changes, HeadPlace, HiddenPair } from "./worker/protocol";

export const tints = ["gives", "receives"] as const;
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

export const viewNames = ["text", "heads", "head", "layers"] as const;
/** On narrow pages one of them is seen at a time. */
export type ViewName = (typeof viewNames)[number];

export interface ExplorerState {
  /** One of the page's own models; null: one of a hub, or files of the reader's, which no address can bring back. */
  readonly model: string | null;
  /** "org/name" on the hub. */
  readonly hub: string | null;
  readonly text: string;
  /** Tokens that were written after it. */
  readonly added: readonly number[];
  readonly layer: number;
  /** Null: the mean of the layer's heads. */
  readonly head: number | null;
  /** The token in focus; null: the last. */
  readonly query: number | null;
  readonly key: number | null;
  readonly tint: Tint;
  readonly scale: ColorScale;
  readonly order: Order;
  /** Only heads with this label are lit. */
  readonly label: Label | null;
  readonly changes: Changes;
  readonly view: ViewName;
}

export const initialState: ExplorerState = {
  model: null,
  hub: null,
  text: "",
  added: [],
  layer: 0,
  head: 0,
  query: null,
  key: null,
  tint: "gives",
  scale: "linear",
  order: "layer",
  label: null,
  changes: { ablate: [], mask: [] },
  view: "text",
};

/** "9.8", as heads are called on the page. */
export const headCode = ({ layer, head }: { layer: number; head: number | null }) =>
  `${layer + 1}.${head === null ? "mean" : head + 1}`;

export const headName = ({ layer, head }: { layer: number; head: number | null }) =>
  head === null ? `Layer ${layer + 1}, mean of its heads` : `Layer ${layer + 1}, head ${head + 1}`;

/** "?model=stories&head=2.3"; what is as at the beginning is left out. */
export function toSearch(state: ExplorerState): string {
  const params = new URLSearchParams();
  const set = (name: string, value: string | number | null, otherwise: string | number | null) => {
    if (value !== null && value !== otherwise) params.set(name, String(value));
  };
  set("model", state.model, null);
  set("hub", state.hub, null);
  set("text", state.text, initialState.text);
  set("added", state.added.join(","), "");
  set("head", headCode(state), headCode(initialState));
  set("query", state.query, null);
  set("key", state.key, null);
  set("tint", state.tint, initialState.tint);
  set("scale", state.scale, initialState.scale);
  set("sort", state.order, initialState.order);
  set("label", state.label, null);
  set("off", state.changes.ablate.map(headCode).join(","), "");
  set("hide", state.changes.mask.map((pair) => `${headCode(pair)}.${pair.query}.${pair.key}`).join(","), "");
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
  const { layer, head } = readHead(params.get("head") ?? "") ?? initialState;
  const label = one("label", [...labels, ""], "");
  return {
    model: params.get("model"),
    hub: params.get("hub"),
    text: params.get("text") ?? initialState.text,
    added: list("added").map(wholeNumber).filter(isGiven),
    layer,
    head,
    query: wholeNumber(params.get("query") ?? ""),
    key: wholeNumber(params.get("key") ?? ""),
    tint: one("tint", tints, initialState.tint),
    scale: one("scale", colorScales, initialState.scale),
    order: one("sort", orders, initialState.order),
    label: label === "" ? null : label,
    changes: {
      ablate: list("off").map(readHead).filter(isGiven).filter(isOneHead),
      mask: list("hide").map(readPair).filter(isGiven),
    },
    view: one("view", viewNames, initialState.view),
  };
}

/** The state without what this model and this text do not have. */
export function within(
  state: ExplorerState,
  { layers, heads, tokens, causal }: { layers: number; heads: number; tokens: number; causal: boolean },
): ExplorerState {
  const hasHead = ({ layer, head }: { layer: number; head: number | null }) =>
    layer < layers && (head === null || head < heads);
  const hasToken = (token: number | null) => (token !== null && token < tokens ? token : null);
  const query = hasToken(state.query);
  const key = query === null ? null : hasToken(state.key);
  return {
    ...state,
    ...(hasHead(state) ? {} : { layer: 0, head: 0 }),
    query,
    key: causal && key !== null && query !== null && key > query ? null : key,
    changes: {
      ablate: state.changes.ablate.filter(hasHead),
      mask: state.changes.mask.filter(
        (pair) => hasHead(pair) && pair.query < tokens && pair.key < (causal ? pair.query + 1 : tokens),
      ),
    },
  };
}

export const isChanged = ({ ablate, mask }: Changes) => ablate.length + mask.length > 0;

export const isSameHead = (a: HeadPlace, b: HeadPlace) => a.layer === b.layer && a.head === b.head;

/** The head is off afterwards if it was on, and on if it was off. */
export function toggleHead(changes: Changes, { layer, head }: HeadPlace): Changes {
  const others = changes.ablate.filter((each) => !isSameHead(each, { layer, head }));
  const isOff = others.length < changes.ablate.length;
  return { ...changes, ablate: isOff ? others : [...others, { layer, head }] };
}

export function togglePair(changes: Changes, pair: HiddenPair): Changes {
  const isSame = (each: HiddenPair) => isSameHead(each, pair) && each.query === pair.query && each.key === pair.key;
  const others = changes.mask.filter((each) => !isSame(each));
  return { ...changes, mask: others.length < changes.mask.length ? others : [...others, pair] };
}

const isGiven = <T>(value: T | null): value is T => value !== null;
const isOneHead = (place: { layer: number; head: number | null }): place is HeadPlace => place.head !== null;

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);

function readHead(text: string): { layer: number; head: number | null } | null {
  const [, layer = "", head = ""] = /^([1-9]\d{0,3})\.([1-9]\d{0,3}|mean)$/.exec(text) ?? [];
  return layer ? { layer: Number(layer) - 1, head: head === "mean" ? null : Number(head) - 1 } : null;
}

function readPair(text: string): HiddenPair | null {
  const parts = text.split(".").map(wholeNumber);
  const [layer, head, query, key] = parts;
  if (parts.length !== 4 || !layer || !head || query == null || key == null) return null;
  return { layer: layer - 1, head: head - 1, query, key };
}
