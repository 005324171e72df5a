/** The numbers behind a figure, named, as its table shows them and as they can be taken away. */
export interface DataAxis {
  readonly name: string;
  readonly size: number;
  /** What the places on the axis are called, where that is not their number. */
  readonly labels?: readonly string[];
}

export interface FigureData {
  readonly name: string;
  /** Row-major over the axes; NaN where there is no number. */
  readonly values: ArrayLike<number>;
  readonly axes: readonly DataAxis[];
  /** More tables than anyone reads: only for taking away. */
  readonly isLong?: boolean;
}

export const labelAt = ({ labels }: DataAxis, index: number): string => labels?.[index] ?? String(index);

/** Arrays of equal length one after the other: the one that they are parts of, where they lie so in it. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const [first] = parts;
  if (!first) return new Float32Array(0);
  const { buffer, byteOffset, byteLength, length } = first;
  if (parts.every((part, i) => part.buffer === buffer && part.byteOffset === byteOffset + i * byteLength))
    return new Float32Array(buffer, byteOffset, parts.length * length);
  const all = new Float32Array(parts.length * length);
  for (const [i, part] of parts.entries()) all.set(part, i * length);
  return all;
}

/** Maps of equal size as one array of weights and one of entropies; masked weights are 0, as they are in the sum. */
export function dataOfMaps(
  maps: readonly { queries: number; keys: number; weights: Float32Array; entropy: Float32Array }[],
  outer: readonly DataAxis[],
  names: { readonly query?: readonly string[]; readonly key?: readonly string[] } = {},
): FigureData[] {
  const [first] = maps;
  if (!first) return [];
  const { queries, keys } = first;
  const query: DataAxis = { name: "query", size: queries, ...(names.query ? { labels: names.query } : {}) };
  const key: DataAxis = { name: "key", size: keys, ...(names.key ? { labels: names.key } : {}) };
  const weights = joined(maps.map((map) => map.weights));
  const entropy = joined(maps.map((map) => map.entropy));
  return [
    { name: "weights", values: weights, axes: [...outer, query, key] },
    { name: "entropy in nats", values: entropy, axes: [...outer, query] },
  ];
}
