/** The mean entropy of each head by layer, with the mean of each layer, as numbers and in words. */
import type { LayerData, LayerHead } from "../../charts/curves/layer-layout";
import { exact, signed } from "../../charts/format";
import type { Engine } from "../../compute/engine";
import type { FigureData } from "../../model/figure-data";
import type { Reading } from "../reading";
import type { MapCollection } from "./map-collection";
import { meanOfRows } from "./mean-of-rows";

export type EntropyUnit = "nats" | "of its maximum";

export interface LayerEntropy extends LayerData {
  readonly unit: EntropyUnit;
}

export interface EntropyOfHeads extends Pick<LayerData, "layers" | "heads" | "firstLayer" | "values"> {
  readonly unit: EntropyUnit;
}

/** The core adds up. */
export async function layerEntropy(of: EntropyOfHeads, core: Pick<Engine, "attention">): Promise<LayerEntropy> {
  const { layers, heads, values, unit } = of;
  // A row for each head, so that the mean of the rows is that of the layers.
  const rows = Array.from({ length: heads }, (_, head) =>
    Float32Array.from({ length: layers }, (_, layer) => values[layer * heads + head] ?? Number.NaN),
  );
  const name = unit === "nats" ? "mean entropy, nats" : "mean entropy, share of its maximum";
  return { ...of, means: await meanOfRows(rows, core), name };
}

/** That of all maps of a file; null where there is one layer. */
export function layerEntropyOf(
  { shape, summaries }: Pick<MapCollection, "shape" | "summaries">,
  core: Pick<Engine, "attention">,
): Promise<LayerEntropy> | null {
  const { layers, heads } = shape;
  const values = Float32Array.from(summaries, (summary) => summary?.meanEntropy ?? Number.NaN);
  return layers > 1 ? layerEntropy({ layers, heads, firstLayer: 0, values, unit: "nats" }, core) : null;
}

export function readLayer(shown: LayerEntropy, { layer, head }: LayerHead): Reading {
  const { heads, firstLayer, values, means, unit } = shown;
  const number = firstLayer + layer + 1;
  const [value, mean] = [values[layer * heads + head] ?? Number.NaN, means[layer] ?? Number.NaN];
  return {
    sentence: [
      `Layer ${number}, head ${head + 1} has a mean entropy of `,
      `${signed(value, 3)} ${unit}`,
      `; the mean of the layer’s ${heads} ${heads === 1 ? "head" : "heads"} is `,
      signed(mean, 3),
      ".",
    ],
    exact: `head ${exact(value)} · layer ${exact(mean)}`,
  };
}

export const dataOfLayers = ({ layers, firstLayer, means, unit }: LayerEntropy): FigureData[] => [
  {
    name: unit === "nats" ? "mean entropy of layers in nats" : "mean entropy of layers, share of its maximum",
    values: means,
    axes: [
      { name: "layer", size: layers, labels: Array.from({ length: layers }, (_, i) => String(firstLayer + i + 1)) },
    ],
  },
];
