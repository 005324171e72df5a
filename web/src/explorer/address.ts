/**
 * The state in the page's address, in which layers and heads count from 1 as they do on the page. What the reader typed, and what
 * tells of it, stands behind the #, which no server is sent.
 */
import { colorScales } from "../charts/color/color-scale";
import type { AttentionKind } from "../models/models";
import {
  blocks,
  cellValues,
  comparisons,
  drawings,
  type ExplorerState,
  headCode,
  initialState,
  labels,
  orders,
  pairings,
  tints,
  viewNames,
} from "./state";
import type { HiddenPair, PatchedState, Replacement } from "./worker/protocol";

/** Names of models and hubs; texts, and numbers of tokens of which they can be told. */
const typed: readonly string[] = [
  ...["hub", "revision", "endpoint", "beside"],
  ...["text", "second", "added", "versus", "other", "replace"],
];

/** "?model=stories&head=2.3#text=…"; what is as at the beginning is left out. */
export function toAddress(state: ExplorerState): string {
  const [query, fragment] = [new URLSearchParams(), new URLSearchParams()];
  const set = (name: string, value: string | number | null, otherwise: string | number | null) => {
    if (value !== null && value !== otherwise) (typed.includes(name) ? fragment : query).set(name, String(value));
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
  const [search, hash] = [query.toString(), fragment.toString()];
  return `${search && `?${search}`}${hash && `#${hash}`}`;
}

/**
 * Reads what makes sense and leaves out the rest; what the model or the text does not have is left out by `within`. In older
 * addresses all of it is in the query.
 */
export function fromAddress({ search, hash }: Pick<Location, "search" | "hash">): ExplorerState {
  const params = new URLSearchParams([...new URLSearchParams(hash.slice(1)), ...new URLSearchParams(search)]);
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
