/** The numbers of all maps, named, for the tables and for taking away; of very many weights those of the chosen map. */
import { dataOfMaps, type FigureData } from "../../model/figure-data";
import type { MapCollection, MapSummary } from "./map-collection";

export function dataOfCollection(collection: MapCollection, chosen: number): FigureData[] {
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
  return [
    ofEach("mean entropy in nats", (map) => map.meanEntropy),
    ofEach("largest weight", (map) => map.maxWeight),
    ofEach("smallest weight", (map) => map.minWeight),
    ...(all ? dataOfMaps(all, outer, labels) : one ? dataOfMaps([one], ofOne, labels) : []),
  ];
}
