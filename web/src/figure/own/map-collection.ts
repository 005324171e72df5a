/**
 * The maps of a file, each computed and described when it is asked for. Where all of them would take much more memory than the file,
 * only the last ones are kept whole; of every map there is a small one, to choose by, and what is said of its rows.
 */

import type { Palette } from "../../charts/color/palette";
import type { TickNames } from "../../charts/heatmap/heatmap";
import { type Cells, isVisible, rasterFor } from "../../charts/heatmap/raster";
import type { DescribedMap } from "../../compute/client";
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import type { Place } from "../../model/place";
import { nameOf } from "../maps/head-name";
import type { Reading } from "../reading";
import { oddMaps, valueNotes } from "./value-notes";

/** One map less another. */
export interface Difference {
  readonly values: Float32Array;
  readonly other: DescribedMap;
  readonly otherTitle: string;
  /** As shares of the largest difference, and the colours for them. */
  readonly drawn: (palette: Palette) => { cells: Cells; ramp: Uint32Array; most: number; caption: string };
  readonly read: (place: Place, names: TickNames) => Reading;
}

/** A map that is drawn in place of the chosen one. */
export interface CombinedMap {
  readonly map: DescribedMap;
  readonly title: string;
  /** Where it is one map less another: both, and what they are called. */
  readonly difference?: Difference;
}

/** Of whole maps, where they do not lie in memory anyway. */
const mostKept = 128e6;
const fewKept = 3;
const smallPixels = 64;

/** What is kept of every map; `small` has as many cells as a small picture, each the largest weight of a block. */
export interface MapSummary {
  readonly small: DescribedMap;
  readonly entropy: Float32Array;
  readonly sums: Float32Array;
  readonly meanEntropy: number;
  readonly maxWeight: number;
  readonly minWeight: number;
}

export interface CollectionShape {
  readonly layers: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly names: TickNames | null;
  /** How the numbers are stored, which says how far a row may be from a sum of 1. */
  readonly dtype: string;
  /** Whether maps are parts of memory that is held anyway. */
  readonly isHeld: boolean;
}

/** What depends on the numbers alone, said in words or as tables; here so that the drawing need not load it before there are any. */
export class MapCollection {
  readonly summaries: (MapSummary | undefined)[];
  private readonly whole = new Map<number, Promise<DescribedMap>>();
  private readonly ready = new Map<number, DescribedMap>();

  constructor(
    readonly shape: CollectionShape,
    private readonly make: (map: number) => Promise<DescribedMap>,
  ) {
    this.summaries = Array.from({ length: shape.layers * shape.heads });
  }

  get count(): number {
    return this.summaries.length;
  }

  /** Which map a layer and head are, from 1; the first where they are not there. */
  placeOf({ layer, head }: { readonly layer: number; readonly head: number }): number {
    const { layers, heads } = this.shape;
    return layer <= layers && head <= heads ? (layer - 1) * heads + head - 1 : 0;
  }

  /** Whether every map is kept as it is. */
  get keepsAll(): boolean {
    const { queries, keys, isHeld } = this.shape;
    return isHeld || 4 * this.count * queries * keys <= mostKept;
  }

  /** A map that is there already. */
  has(map: number): DescribedMap | undefined {
    return this.ready.get(map);
  }

  /** All maps, where they are all there. */
  all(): DescribedMap[] | undefined {
    const maps = Array.from({ length: this.count }, (_, i) => this.ready.get(i));
    return maps.every((map) => map !== undefined) ? maps : undefined;
  }

  map(map: number): Promise<DescribedMap> {
    const known = this.whole.get(map);
    // As the newest, so that the oldest is the one that goes.
    if (known) this.whole.delete(map);
    const made = known ?? this.make(map).then((described) => this.keep(map, described));
    this.whole.set(map, made);
    if (!known) made.catch(() => this.whole.delete(map));
    if (!this.keepsAll) {
      const [oldest] = this.whole.keys();
      if (this.whole.size > fewKept && oldest !== undefined) {
        this.whole.delete(oldest);
        this.ready.delete(oldest);
      }
    }
    return made;
  }

  /** Describes all maps, some at a time; `added` is told of each. */
  async describeAll(added: (map: number) => void, signal: AbortSignal): Promise<void> {
    const rest = this.summaries.flatMap((summary, i) => (summary ? [] : [i]));
    const run = async () => {
      for (let map = rest.shift(); map !== undefined && !signal.aborted; map = rest.shift()) {
        if (this.keepsAll) await this.map(map);
        else this.summarise(map, await this.make(map));
        if (!signal.aborted) added(map);
      }
    };
    await Promise.all(Array.from({ length: this.keepsAll ? 8 : 2 }, run));
  }

  /** What the numbers of the chosen map say, and which others are not what weights are. */
  facts(chosen: number, map: DescribedMap): string {
    const { shape } = this;
    const notes = valueNotes(map, shape);
    const [odd, ...more] = oddMaps(this.summaries, shape).filter((i) => i !== chosen);
    if (odd === undefined) return notes;
    const others = `${nameOf(shape, odd)}${more.length > 0 ? ` and ${more.length} more` : ""}`;
    return `${notes} Rows of ${others} are not weights that add up to 1${notes.startsWith("The sum of every") ? "" : " either"}.`;
  }

  data(chosen: number, combined: CombinedMap | null): FigureData[] {
    return dataOfCollection(this, chosen, combined);
  }

  private keep(map: number, described: DescribedMap): DescribedMap {
    this.summarise(map, described);
    // It may have had to go while it was made.
    if (this.whole.has(map)) this.ready.set(map, described);
    return described;
  }

  private summarise(map: number, described: DescribedMap): void {
    const { entropy, sums, meanEntropy, maxWeight, minWeight } = described;
    const small = this.keepsAll ? described : reduced(described);
    this.summaries[map] ??= { small, entropy, sums, meanEntropy, maxWeight, minWeight };
  }
}

/** The largest weight of each block of cells that a pixel shows. */
function reduced(map: DescribedMap): DescribedMap {
  const { columns, rows, reduction } = rasterFor(map, smallPixels);
  if (reduction === 1) return map;
  const weights = new Float32Array(rows * columns).fill(Number.NEGATIVE_INFINITY);
  const visibleKeys = new Float32Array(rows);
  const visible = map.visible && new Uint8Array(rows * columns);
  for (let query = 0; query < map.queries; query++) {
    const row = Math.floor(query / reduction);
    const seen = map.visibleKeys[query] ?? map.keys;
    visibleKeys[row] = Math.max(visibleKeys[row] as number, Math.ceil(seen / reduction));
    for (let key = 0; key < (visible ? map.keys : seen); key++) {
      if (!isVisible(map, query, key)) continue;
      const at = row * columns + Math.floor(key / reduction);
      if (visible) visible[at] = 1;
      const weight = map.weights[query * map.keys + key] as number;
      if (weight > (weights[at] as number) || Number.isNaN(weight)) weights[at] = weight;
    }
  }
  return { ...map, queries: rows, keys: columns, weights, visibleKeys, ...(visible ? { visible } : {}) };
}

/** Named, for the tables and for taking away; of very many weights those of the chosen map. */
function dataOfCollection(collection: MapCollection, chosen: number, combined: CombinedMap | null): FigureData[] {
  const { summaries, shape } = collection;
  const { layers, heads, queries, keys, names } = shape;
  const list = (name: (index: number) => string, size: number) => Array.from({ length: size }, (_, i) => name(i));
  const count = (name: string, size: number) => ({ name, size, labels: list((i) => String(i + 1), size) });
  const labels = names ? { query: list(names.query, queries), key: list(names.key, keys) } : undefined;
  const outer = [count("layer", layers), count("head", heads)];
  const ofEach = (name: string, value: (map: MapSummary) => number) => ({
    name,
    values: Float32Array.from(summaries, (summary) => (summary ? value(summary) : Number.NaN)),
    axes: outer,
  });
  const all = collection.keepsAll ? collection.all() : undefined;
  const one = collection.has(chosen);
  const place = [Math.floor(chosen / heads) + 1, (chosen % heads) + 1].map(String);
  const ofOne = ["layer", "head"].map((name, i) => ({ name, size: 1, labels: [place[i] ?? ""] }));
  const ofCombined = {
    name: combined?.title ?? "",
    values: combined?.difference?.values ?? combined?.map.weights ?? [],
    axes: [
      { name: "query", size: queries, ...(labels ? { labels: labels.query } : {}) },
      { name: "key", size: keys, ...(labels ? { labels: labels.key } : {}) },
    ],
  };
  return [
    ...(combined ? [ofCombined] : []),
    ofEach("mean entropy in nats", (map) => map.meanEntropy),
    ofEach("largest weight", (map) => map.maxWeight),
    ofEach("smallest weight", (map) => map.minWeight),
    ...(all ? dataOfMaps(all, outer, labels) : one ? dataOfMaps([one], ofOne, labels) : []),
  ];
}
