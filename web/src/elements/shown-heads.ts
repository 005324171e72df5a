/** A set of heads as one side of the figure shows it. */
import type { Palette } from "../charts/palette";
import type { HeadMap, HeadSet } from "../engine/client";
import { weightsOf } from "../engine/client";

export interface ShownHeads {
  readonly set: HeadSet;
  /** "Head 3", "Layer 2, head 1". */
  readonly names: readonly string[];
  /** "3", "2.1": for axes. */
  readonly marks: readonly string[];
  readonly hues: readonly string[];
  /** From top to bottom. */
  readonly order: readonly number[];
  /** Whether the order is that of likeness. */
  readonly isGrouped: boolean;
  readonly off: readonly number[];
}

/** Heads of one layer are told apart by number and hue, those of another layer begin again. */
export function namesOf(layers: number, heads: number, { maps, ink }: Palette) {
  const all = Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads }));
  return {
    names: all.map(({ layer, head }) => (layers > 1 ? `Layer ${layer + 1}, head ${head + 1}` : `Head ${head + 1}`)),
    marks: all.map(({ layer, head }) => (layers > 1 ? `${layer + 1}.${head + 1}` : String(head + 1))),
    hues: all.map(({ head }) => maps[head + 1] ?? ink),
  };
}

/** In the middle of a sentence. */
export const inSentence = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** The map of one head, for drawing. */
export function mapOfHead(
  { weights, visibleKeys }: HeadSet,
  head: number,
): Pick<HeadMap, "queries" | "keys" | "weights" | "visibleKeys"> {
  const { data, shape } = weightsOf(weights, head);
  const [, , queries, keys] = shape;
  return { queries, keys, weights: data, visibleKeys: visibleKeys.data.subarray(head * queries, (head + 1) * queries) };
}
