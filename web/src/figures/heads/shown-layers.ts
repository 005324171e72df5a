/** Which layers' heads are compared at once. Pure. */

/** Heads of several layers that are compared at once. */
const mostHeads = 64;
/** Pairs of heads times weights of each: some seconds of the core. */
const mostCompared = 2e8;

interface Sizes {
  readonly layers: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/** How many heads are compared at once; of more, those of one layer. */
export function shownLayers({ layers, heads, queries, keys }: Sizes, layer: number) {
  const count = layers * heads;
  const areFew = count <= mostHeads && (count * (count - 1) * queries * keys) / 2 <= mostCompared;
  if (layers === 1 || (layer === 0 && areFew)) return { firstLayer: 0, shownLayers: layers, areFew };
  return { firstLayer: Math.min(Math.max(layer, 1), layers) - 1, shownLayers: 1, areFew };
}
