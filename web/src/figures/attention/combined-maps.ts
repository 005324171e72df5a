/** Several maps as one: the mean or the largest weights of heads, and one map less another. The core adds up. */
import { divergingRamp, divergingShare } from "../../charts/color/diverging";
import type { Palette } from "../../charts/color/palette";
import { exact, reading, signed } from "../../charts/format";
import type { TickNames } from "../../charts/heatmap/heatmap";
import type { Cells } from "../../charts/heatmap/raster";
import type { DescribedMap } from "../../compute/client";
import type { Engine } from "../../compute/engine";
import { nameOf } from "../../figure/maps/head-name";
import { type Seen, seenByEither } from "../../figure/maps/seen-by-either";
import { attentionData } from "../../figure/own/attention-data";
import { attentionMaps } from "../../figure/own/attention-maps";
import type { AttentionSettings } from "../../figure/own/core-settings";
import type { CombinedMap, Difference, MapCollection } from "../../figure/own/map-collection";
import { meanOfRows } from "../../figure/own/mean-of-rows";
import type { Reading } from "../../figure/reading";
import { type DataFile, FormatError } from "../../formats/tensor";
import type { Place } from "../../model/place";
import type { AttentionState, View } from "./attention-state";

type Core = Pick<Engine, "attention" | "describe">;

/** What the reader wants drawn large in place of one head. */
export async function combineAs(
  maps: MapCollection,
  file: DataFile,
  state: AttentionState,
  settings: AttentionSettings,
  core: Engine,
): Promise<CombinedMap> {
  const { view, less } = state;
  const first = await combined(maps, view, maps.placeOf(state), core);
  if (less === "") return first;
  if (!less.startsWith("set:")) {
    const [layer = 1, head = 1] = less.split(".").map(Number);
    return lessAnother(first, await combined(maps, "one head", maps.placeOf({ layer, head }), core), core);
  }
  const set = less.slice("set:".length);
  const { data, reading } = attentionData(file, { ...state, set, axes: null });
  const names = reading.sets.map(({ name }) => name);
  // An address may name a set of another file.
  if (!names.includes(set)) throw new FormatError(`there are no maps named “${set}”; there are ${names.join(", ")}`);
  const others = await attentionMaps(data, settings, core);
  const { queries, keys } = maps.shape;
  if (others.shape.queries !== queries || others.shape.keys !== keys)
    throw new FormatError(
      `${set} has maps of ${others.shape.queries} × ${others.shape.keys}, which cannot be taken away from ${queries} × ${keys}`,
    );
  const second = await combined(others, view, others.placeOf(state), core);
  return lessAnother(first, { ...second, title: `${second.title} of ${set}` }, core);
}

/** `chosen` says which layer and head; of one head the map itself. */
async function combined(maps: MapCollection, view: View, chosen: number, core: Core): Promise<CombinedMap> {
  const { layers, heads } = maps.shape;
  const layer = Math.floor(chosen / heads);
  if (view === "one head") return { map: await maps.map(chosen), title: nameOf(maps.shape, chosen) };
  const ofAll = view.endsWith("all");
  const title = layers > 1 && !ofAll ? `layer ${layer + 1}, ${heads} heads` : `all ${layers * heads} heads`;
  if (view.startsWith("largest")) {
    const cells = await (ofAll ? largest(maps, 0, maps.count) : largest(maps, layer * heads, heads));
    return { map: await described(cells, core), title: `Largest weights of ${title}` };
  }
  const means: Cells[] = [];
  for (let i = 0; i < layers; i++) if (ofAll || i === layer) means.push(await meanOf(await ofLayer(maps, i), core));
  // Every layer has as many heads, so that the mean of their means is that of all.
  return { map: await described(await meanOf(means, core), core), title: `Mean of ${title}` };
}

/** The first less the second, which has as many queries and keys. */
async function lessAnother(a: CombinedMap, b: CombinedMap, core: Core): Promise<CombinedMap> {
  // Two equal keys share the weight of the query: ½ · 2a + ½ · (−2b), of which only the sum is rounded.
  const pair = [a.map.weights.map((weight) => 2 * weight), b.map.weights.map((weight) => -2 * weight)];
  const values = await meanOfRows(pair, core);
  const seen = seenByEither(a.map, b.map);
  const maps = { map: a.map, title: `${a.title} less ${b.title}`, values, other: b.map, otherTitle: b.title };
  const difference: Difference = {
    ...maps,
    drawn: (palette) => drawnDifference(maps, seen, palette),
    read: (place, names) => readDifference(maps, place, names),
  };
  return { ...maps, difference };
}

async function ofLayer(maps: MapCollection, layer: number): Promise<Cells[]> {
  const { heads } = maps.shape;
  const all: Cells[] = [];
  for (let head = 0; head < heads; head++) all.push(await maps.map(layer * heads + head));
  return all;
}

async function meanOf(maps: readonly Cells[], core: Core): Promise<Cells> {
  const weights = await meanOfRows(
    maps.map((map) => map.weights),
    core,
  );
  const seen: readonly Seen[] = maps;
  return { ...seen.reduce(seenByEither), weights };
}

/** One map at a time: all of them may be more than is kept. */
async function largest(maps: MapCollection, first: number, count: number): Promise<Cells> {
  const start = await maps.map(first);
  let seen: Seen = start;
  const most = start.weights.slice();
  for (let map = first + 1; map < first + count; map++) {
    const next = await maps.map(map);
    for (const [i, weight] of next.weights.entries()) most[i] = Math.max(most[i] as number, weight);
    seen = seenByEither(seen, next);
  }
  return { ...seen, weights: most };
}

/** With entropies as shares of what any of the maps may see. */
async function described({ weights, queries, keys, visibleKeys, visible }: Cells, core: Core): Promise<DescribedMap> {
  const map = await core.describe({ weights, queries, keys, visibleKeys });
  return visible ? { ...map, visible } : map;
}

function drawnDifference(
  { values, otherTitle }: Omit<Difference, "drawn" | "read">,
  seen: Seen,
  { paper, ink, maps }: Palette,
) {
  const most = values.reduce((far, value) => Math.max(far, Math.abs(value)), 0) || 1;
  const ramp = divergingRamp(paper, maps[1] ?? ink, maps[2] ?? ink);
  const weights = values.map((value) => divergingShare(value, most));
  return {
    cells: { ...seen, weights },
    ramp,
    most,
    caption: `more in ${otherTitle} · in the first`,
  };
}

/** The sentence that reads a cell of one map less another. */
function readDifference(
  { map, title, values, other, otherTitle }: CombinedMap & Omit<Difference, "drawn" | "read">,
  { query, key }: Place,
  names: TickNames,
): Reading {
  if (key === null) return { sentence: ["Query ", names.query(query), `: ${title}.`], exact: "" };
  const at = query * map.keys + key;
  const apart = values[at] ?? 0;
  return {
    sentence: [
      "Query ",
      names.query(query),
      " gives key ",
      names.key(key),
      " a weight of ",
      reading(map.weights[at] ?? 0),
      `, and in ${otherTitle} `,
      reading(other.weights[at] ?? 0),
      ": a difference of ",
      signed(apart, 3),
      ".",
    ],
    exact: `difference ${exact(apart)}`,
  };
}
