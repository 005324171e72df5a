/** Entropy per query position, one line per map, between its bounds 0 and ln(visible keys). Pure. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { dodge } from "../dodge";
import type { Size } from "../heatmap/heatmap-layout";
import { tokenTicks } from "../ticks";
import type { EntropyUnit } from "./entropy-unit";

export interface EntropyLine {
  readonly map: number;
  readonly entropy: Float32Array;
  /** What the line is called, where that is not its map. */
  readonly name?: string;
}

export interface EntropyData {
  readonly lines: readonly EntropyLine[];
  /** Keys that each query may attend to. */
  readonly visibleKeys: Float32Array;
  /** The most that the entropy of each query can be, in the unit of the lines. */
  readonly largestEntropy: Float32Array;
  /** What the entropies are in; nats where it is not said. */
  readonly unit?: EntropyUnit;
}

export type Point = readonly [x: number, y: number];

export interface EntropyLayout {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly paths: readonly { readonly map: number; readonly points: Point[] }[];
  /** Where the labels of the lines stand that name their values at a query: as near to these as there is room. */
  readonly labelsAt: (query: number) => readonly { readonly map: number; readonly y: number; readonly value: Point }[];
  readonly ceiling: Point[];
  /** Whether every query sees the same number of keys, so that the ceiling is one value. */
  readonly flat: boolean;
  readonly queryTicks: readonly number[];
  readonly band: (query: number) => { x: number; width: number };
  readonly queryAt: (x: number) => number;
  /** The line nearest to a point. */
  readonly mapAt: (query: number, y: number) => number;
}

export const entropyMargin = { top: 44, right: 110, bottom: 46, left: 34 };
const labelGap = 15;
/** Queries up to which each has a dot of its own, and lines go from dot to dot without thinning. */
export const dotsUpTo = 32;

/** Tall enough that the labels of all lines fit beside them. */
export const entropyHeight = (lines: number) =>
  entropyMargin.top + entropyMargin.bottom + Math.max(190, lines * labelGap + 10);

export function entropyLayout(
  { lines, visibleKeys, largestEntropy }: EntropyData,
  { width, height }: Size,
): EntropyLayout {
  const queries = visibleKeys.length;
  const most = largestEntropy.reduce((a, b) => Math.max(a, b), 0) || 1;
  const right = Math.max(entropyMargin.left + 40, width - entropyMargin.right);
  const bottom = height - entropyMargin.bottom;
  const inset = Math.min(16, (right - entropyMargin.left) / (2 * queries));
  const x = scaleLinear([0, Math.max(1, queries - 1)], [entropyMargin.left + inset, right - inset]);
  const y = scaleLinear([0, most], [bottom, entropyMargin.top]);
  const columns = Math.max(1, Math.round(right - entropyMargin.left));
  const step = queries > 1 ? x(1) - x(0) : right - entropyMargin.left;
  const bandWidth = Math.min(26, Math.max(2, step));
  return {
    x,
    y,
    paths: lines.map(({ map, entropy }) => ({
      map,
      points: thin(entropy, columns).map(([query, value]) => [x(query), y(value)] as const),
    })),
    labelsAt: (query) => {
      const values = lines.map(({ entropy }) => y(entropy[query] ?? 0));
      const labels = dodge(values, labelGap, entropyMargin.top, bottom);
      return lines.map(({ map }, i) => ({ map, y: labels[i] ?? 0, value: [x(query), values[i] ?? 0] as const }));
    },
    ceiling: thin(largestEntropy, columns).map(([query, value]) => [x(query), y(value)] as const),
    flat: visibleKeys.every((keys) => keys === visibleKeys[0]),
    queryTicks: tokenTicks(queries, right - entropyMargin.left, 30),
    band: (query) => ({ x: x(query) - bandWidth / 2, width: bandWidth }),
    queryAt: (px) => Math.min(queries - 1, Math.max(0, Math.round(x.invert(px)))),
    mapAt: (query, py) => {
      const distance = ({ entropy }: EntropyLine) => Math.abs(y(entropy[query] ?? 0) - py);
      return lines.reduce((best, line) => (distance(line) < distance(best) ? line : best), lines[0] as EntropyLine).map;
    },
  };
}

/** Both ends, and the least and the greatest value of each column, in order: the drawn line looks the same. */
export function thin(values: Float32Array, columns: number): (readonly [index: number, value: number])[] {
  const perColumn = values.length / columns;
  if (perColumn <= 2) return Array.from(values, (value, index) => [index, value] as const);
  const kept = new Set([0]);
  for (let column = 0; column < columns; column++) {
    const from = Math.floor(column * perColumn);
    const to = Math.floor((column + 1) * perColumn);
    let [least, greatest] = [from, from];
    for (let i = from; i < to; i++) {
      if ((values[i] as number) < (values[least] as number)) least = i;
      if ((values[i] as number) > (values[greatest] as number)) greatest = i;
    }
    kept.add(Math.min(least, greatest)).add(Math.max(least, greatest));
  }
  kept.add(values.length - 1);
  return Array.from(kept, (index) => [index, values[index] as number] as const);
}
