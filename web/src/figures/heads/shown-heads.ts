/** A set of heads as one side of the figure shows it. */
import type { Palette } from "../../charts/color/palette";
import type { Cells } from "../../charts/heatmap/raster";
import { type HeadSet, weightsOf } from "../../compute/maps/head-set";
import { headName, hueOfHead } from "../../figure/trained/head-labels";

export interface ShownHeads {
  readonly set: HeadSet;
  /** "3"; "2.1" where there are several layers. */
  readonly names: readonly string[];
  readonly hues: readonly string[];
  /** From first to last. */
  readonly order: readonly number[];
  /** Whether similar heads stand side by side. */
  readonly isGrouped: boolean;
  readonly off: readonly number[];
  /** What moves without some heads; null: that is not known. */
  readonly result: "output" | "predictions" | null;
  /** What the tokens are, where they are words. */
  readonly words: readonly string[] | null;
  /** Those of the keys, where they are others. */
  readonly keyWords?: readonly string[] | null;
}

/** Of `layers` layers from `firstLayer` on, of all `ofLayers`. Heads of one layer are told apart by number and hue, those of another layer begin again. */
export function namesOf(layers: number, heads: number, palette: Palette, firstLayer = 0, ofLayers = layers) {
  const all = Array.from({ length: layers * heads }, (_, i) => ({
    layer: firstLayer + Math.floor(i / heads),
    head: i % heads,
  }));
  return {
    names: all.map((place) => (ofLayers > 1 ? headName(place) : String(place.head + 1))),
    hues: all.map(({ head }) => hueOfHead(palette, head)),
  };
}

/** The map of one head, for drawing. */
export function mapOfHead({ weights, visibleKeys, visible }: HeadSet, head: number): Cells {
  const { data, shape } = weightsOf(weights, head);
  const [, , queries, keys] = shape;
  const own = visible?.[head];
  return {
    queries,
    keys,
    weights: data,
    visibleKeys: visibleKeys.data.subarray(head * queries, (head + 1) * queries),
    ...(own ? { visible: own } : {}),
  };
}
