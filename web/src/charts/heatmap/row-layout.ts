/** What one query spends on each key, as bars, with and without a mask. Pure. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { tokenTicks } from "../ticks";
import type { Size } from "./heatmap-layout";

export interface RowData {
  readonly weights: ArrayLike<number>;
  /** The weights where no key is hidden. */
  readonly open: ArrayLike<number>;
  readonly isVisible: (key: number) => boolean;
  /** The largest weight that any row has, so that bars keep their scale from row to row. */
  readonly max: number;
}

export interface RowBar {
  readonly key: number;
  readonly x: number;
  readonly width: number;
  /** Tops of the bar and of its outline. */
  readonly top: number;
  readonly openTop: number;
  readonly isVisible: boolean;
}

export interface RowLayout {
  readonly bars: readonly RowBar[];
  readonly y: ScaleLinear<number, number>;
  readonly bottom: number;
  readonly ticks: readonly number[];
  readonly keyAt: (x: number) => number;
}

export const rowMargin = { top: 24, right: 8, bottom: 22, left: 34 };

export function rowLayout({ weights, open, isVisible, max }: RowData, { width, height }: Size): RowLayout {
  const keys = weights.length;
  const bottom = height - rowMargin.bottom;
  const across = width - rowMargin.left - rowMargin.right;
  const step = across / keys;
  const gap = Math.min(6, step / 4);
  const y = scaleLinear([0, max || 1], [bottom, rowMargin.top]);
  return {
    bars: Array.from({ length: keys }, (_, key) => ({
      key,
      x: rowMargin.left + key * step + gap / 2,
      width: step - gap,
      top: y(weights[key] ?? 0),
      openTop: y(open[key] ?? 0),
      isVisible: isVisible(key),
    })),
    y,
    bottom,
    ticks: tokenTicks(keys, across, 22),
    keyAt: (x) => Math.min(keys - 1, Math.max(0, Math.floor((x - rowMargin.left) / step))),
  };
}
