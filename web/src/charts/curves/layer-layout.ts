/** A number of each head by layer: a dot for each head, and a line through the means of the layers. Pure. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { Size } from "../heatmap/heatmap-layout";
import { ticksBetween } from "../ticks";

export interface LayerData {
  readonly layers: number;
  readonly heads: number;
  /** Of the first that is shown, from 0. */
  readonly firstLayer: number;
  /** Of each head, layer by layer; NaN where it is not known. */
  readonly values: Float32Array;
  /** Of each layer. */
  readonly means: Float32Array;
  /** What the numbers are, at the vertical axis. */
  readonly name: string;
}

/** A head, by its place among those that are shown, from 0. */
export interface LayerHead {
  readonly layer: number;
  readonly head: number;
}

type Point = readonly [x: number, y: number];

export interface LayerLayout {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly dots: readonly (LayerHead & { readonly at: Point })[];
  /** Through the layers whose mean is known. */
  readonly line: readonly Point[];
  readonly xTicks: readonly number[];
  /** The dot that is nearest to a point among those of the nearest layer. */
  readonly headAt: (x: number, y: number) => LayerHead | null;
}

export const layerMargin = { top: 34, right: 12, bottom: 40, left: 34 };
const tickWidth = 30;

export function layerLayout({ layers, heads, values, means }: LayerData, size: Size): LayerLayout {
  const known = [...values].filter(Number.isFinite);
  const most = known.reduce((a, b) => Math.max(a, b), 0) || 1;
  const least = known.reduce((a, b) => Math.min(a, b), 0);
  const right = Math.max(layerMargin.left + 40, size.width - layerMargin.right);
  const bottom = size.height - layerMargin.bottom;
  const inset = Math.min(24, (right - layerMargin.left) / (2 * layers));
  const x = scaleLinear([0, Math.max(1, layers - 1)], [layerMargin.left + inset, right - inset]);
  const y = scaleLinear([least, most], [bottom, layerMargin.top]).nice(4);
  const all = Array.from(values, (value, i) => ({
    layer: Math.floor(i / heads),
    head: i % heads,
    at: [x(Math.floor(i / heads)), y(value)] as const,
  }));
  const dots = all.filter(({ at }) => Number.isFinite(at[1]));
  return {
    x,
    y,
    dots,
    line: Array.from(means, (mean, layer) => [x(layer), y(mean)] as const).filter(([, at]) => Number.isFinite(at)),
    xTicks: ticksBetween(0, layers, right - layerMargin.left, tickWidth),
    headAt: (px, py) => {
      const layer = Math.min(layers - 1, Math.max(0, Math.round(x.invert(px))));
      const distance = ({ at }: { at: Point }) => Math.abs(at[1] - py);
      const [first, ...others] = dots.filter((dot) => dot.layer === layer);
      return first ? others.reduce((best, dot) => (distance(dot) < distance(best) ? dot : best), first) : null;
    },
  };
}
