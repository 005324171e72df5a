/** Heads of the reader's own: out of a file the weights that are compared, and what is said of them. Loaded with the first file. */
import type { DescribedMap, GivenHeads } from "../../compute/client";
import type { Engine } from "../../compute/engine";
import { type HeadPair, weightsOf } from "../../compute/maps/head-set";
import { explain, type ReadData } from "../../figure/own/attention-data";
import { attentionMaps } from "../../figure/own/attention-maps";
import { coreSettings } from "../../figure/own/core-settings";
import { type EntropyOfHeads, type LayerEntropy, layerEntropy } from "../../figure/own/layer-entropy";
import { LayerEntropyFigure } from "../../figure/own/layer-entropy-figure";
import type { MapCollection } from "../../figure/own/map-collection";
import { tokenText } from "../../figure/own/token-text";
import { FormatError } from "../../formats/tensor";
import type { HeadsState } from "./heads-state";
import { shownLayers } from "./shown-layers";

export { attentionData } from "../../figure/own/attention-data";
export { layerEntropySheet } from "../../figure/own/layer-entropy-figure";
export { ReadingLine, readingSheet } from "../../figure/own/reading-line";
export { merged } from "../../formats/merged";
export { LayerMenu } from "./layer-menu";

export interface OwnHeads {
  readonly set: GivenHeads;
  readonly names: readonly string[];
  readonly layers: number;
  readonly headsPerLayer: number;
  /** The first of those that are shown, from 0, and how many are. */
  readonly firstLayer: number;
  readonly shownLayers: number;
  /** Whether those of all layers can be compared at once. */
  readonly areFew: boolean;
  /** Of all layers, where they are shown at once; and what draws it. */
  readonly byLayer: LayerEntropy | null;
  readonly LayerEntropyFigure: typeof LayerEntropyFigure;
  readonly words: readonly string[] | null;
  readonly keyWords: readonly string[] | null;
  /** "weights.npz: weights: 2 layers, …". */
  readonly explanation: string;
  /** What the weights are of, and what was guessed of them. */
  readonly source: string;
}

const mostBytes = 256e6;

export async function ownHeads(
  read: ReadData,
  state: HeadsState,
  engine: Pick<Engine, "attention" | "describe" | "lab">,
): Promise<OwnHeads> {
  const { data } = read;
  const maps = await attentionMaps(data, coreSettings(state), engine);
  const { layers, heads, queries, keys } = maps.shape;
  const shown = shownLayers(maps.shape, state.layer);
  const count = shown.shownLayers * heads;
  const size = queries * keys;
  if (4 * count * size > mostBytes)
    throw new FormatError(
      `${count} heads of ${queries} × ${keys} weights need ${Math.round((4 * count * size) / 1e6)} MB; up to ${mostBytes / 1e6} MB are compared at once`,
    );
  const weights = new Float32Array(count * size);
  const visibleKeys = new Float32Array(count * queries);
  const first = shown.firstLayer * heads;
  const visible: DescribedMap["visible"][] = [];
  let facts = "";
  for (let i = 0; i < count; i++) {
    const map = await maps.map(first + i);
    weights.set(map.weights, i * size);
    visibleKeys.set(map.visibleKeys, i * queries);
    visible.push(map.visible);
    if (i === count - 1) facts = maps.facts(first, await maps.map(first));
  }
  const names = Array.from({ length: count }, (_, i) =>
    layers > 1 ? `${shown.firstLayer + Math.floor(i / heads) + 1}.${(i % heads) + 1}` : String(i + 1),
  );
  const { queryTokens, keyTokens } = data;
  const given = await engine.lab("givenHeads", {
    weights: { data: weights, shape: [1, count, queries, keys] },
    visibleKeys: { data: visibleKeys, shape: [1, count, queries, 1] },
    names,
    mayBeOneSequence: !queryTokens || !keyTokens || isEnd(queryTokens, keyTokens),
    ...(keyTokens ? { tokens: numbered(keyTokens) } : {}),
  });
  const set = { ...given, visible };
  const byLayer =
    shown.shownLayers === 1 ? null : await layerEntropy(entropyOfHeads(set, shown.shownLayers, heads), engine);
  const words = (tokens: readonly string[] | undefined) => tokens?.map(tokenText(tokens)) ?? null;
  const explanation = [`${state.name}: ${explain(data)}`, ...data.notes].join("; ");
  return {
    set,
    names,
    layers,
    headsPerLayer: heads,
    ...shown,
    byLayer,
    LayerEntropyFigure,
    words: words(queryTokens),
    keyWords: words(keyTokens),
    explanation: `${explanation}.`,
    source: [sourceOf(maps.shape, shown), readAs(set, queries, keys), facts].filter(Boolean).join(" "),
  };
}

const entropyOfHeads = ({ metrics }: GivenHeads, layers: number, heads: number): EntropyOfHeads => ({
  layers,
  heads,
  firstLayer: 0,
  values: Float32Array.from(metrics, ({ entropy }) => entropy),
  unit: "of its maximum",
});

/** The pair that the reader chose, in place of the two that are least alike. */
export async function withPair(own: OwnHeads, pair: HeadPair, engine: Pick<Engine, "lab">): Promise<OwnHeads> {
  if (Math.max(...pair) >= own.names.length) return own;
  const [a, b] = pair.map((head) => weightsOf(own.set.weights, head));
  if (!a || !b) return own;
  return { ...own, set: { ...own.set, pair, difference: await engine.lab("subtract", { a, b }) } };
}

/** Whether the queries' tokens are the last of the keys'. */
const isEnd = (queries: readonly string[], keys: readonly string[]) =>
  queries.length <= keys.length && queries.every((token, i) => token === keys[keys.length - queries.length + i]);

function numbered(tokens: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return tokens.map((token) => {
    const number = numbers.get(token) ?? numbers.size;
    numbers.set(token, number);
    return number;
  });
}

function sourceOf(
  { layers, heads }: MapCollection["shape"],
  { firstLayer, shownLayers: shown, areFew }: ReturnType<typeof shownLayers>,
): string {
  if (layers === 1) return `${heads} ${heads === 1 ? "head" : "heads"}.`;
  if (shown === layers) return `${layers} layers of ${heads}.`;
  const all = areFew ? "" : `; those of all ${layers} layers, ${layers * heads}, are too many to be compared at once`;
  return `${heads} ${heads === 1 ? "head" : "heads"} of layer ${firstLayer + 1} of ${layers}${all}.`;
}

function readAs({ offset, isCausal }: GivenHeads, queries: number, keys: number): string {
  const causal = isCausal ? "No query has weight for a later key: read as causal." : "";
  if (offset === undefined) return "The queries are read as another sequence than the keys.";
  return queries < keys ? `${causal} The queries are read as the last ${queries} of the ${keys} keys.` : causal;
}
