/** Weights as shares of the full hue, under three scales of colour. For drawing only: numbers are read from the weights. */
import type { Cells } from "../heatmap/raster";

export const colorScales = ["linear", "log", "row maximum"] as const;
export type ColorScale = (typeof colorScales)[number];

/** The logarithmic scale spans four powers of ten below the largest weight; what is smaller is paper. */
export const logFloor = 1e-4;

/** `max` is the weight in the full hue; the result's is 1. NaN stays NaN. */
export function scaledWeights<C extends Cells>(map: C, tone: ColorScale, max: number): C {
  const { weights, keys } = map;
  const out = new Float32Array(weights.length);
  if (tone === "row maximum") {
    for (let from = 0; from < weights.length; from += keys) {
      const row = weights.subarray(from, from + keys);
      const most = row.reduce((a, b) => (b > a ? b : a), 0) || 1;
      for (let i = 0; i < row.length; i++) out[from + i] = (row[i] as number) / most;
    }
  } else {
    const span = -Math.log(logFloor);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      const share = weight / (max || 1);
      out[i] = tone === "linear" ? share : weight > 0 ? Math.max(0, 1 + Math.log(share) / span) : weight;
    }
  }
  return { ...map, weights: out };
}
