/** Curves over a quantity on a logarithmic axis, each with the band of its spread, beside theory. Pure. */
import { type ScaleLinear, type ScaleLogarithmic, scaleLinear, scaleLog } from "d3-scale";
import { dodge } from "../dodge";
import type { Size } from "../heatmap/heatmap-layout";

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Its spread, where there is one to show. */
  readonly low?: number;
  readonly high?: number;
}

export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** What is marked at the present x, which need not be among the points. */
  readonly present?: number | undefined;
}

/** A line that is known without measuring. */
export interface Theory {
  readonly label: string;
  /** Two or more points, by increasing x. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Where its label stands: above or below its end, or in the margin beside it. */
  readonly at: "above" | "below" | "margin";
}

export interface CurveAxis {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
  readonly format: (tick: number) => string;
}

export interface CurveData {
  /** Logarithmic. */
  readonly x: CurveAxis;
  readonly y: CurveAxis & { readonly log: boolean };
  readonly curves: readonly Curve[];
  readonly theory: readonly Theory[];
  /** The x that is marked. */
  readonly present: number;
}

type Scale = ScaleLinear<number, number> | ScaleLogarithmic<number, number>;
type Pixel = readonly [x: number, y: number];

export interface CurveLayout {
  readonly x: Scale;
  readonly y: Scale;
  readonly curves: readonly {
    readonly name: string;
    readonly line: readonly Pixel[];
    /** The present value; where it has left the axis, at its edge. */
    readonly mark: Pixel | null;
    /** Around the spread, forth along its upper edge and back along its lower one; empty where there is none. */
    readonly band: readonly Pixel[];
    readonly label: Pixel;
  }[];
  readonly theory: readonly {
    readonly label: string;
    readonly line: readonly Pixel[];
    readonly text: { readonly x: number; readonly y: number; readonly anchor: "start" | "end" };
  }[];
  /** As many of the ticks as there is room for. */
  readonly xTicks: readonly number[];
  readonly xAt: (pixels: number) => number;
}

export const curveMargin = { top: 10, right: 66, bottom: 24, left: 44 };
const labelGap = 14;
const tickWidth = 30;
/** Of the labels in the margin, from the axis's end. */
const labelOffset = 8;

export function curveLayout({ x: across, y: up, curves, theory, present }: CurveData, size: Size): CurveLayout {
  const { top, left } = curveMargin;
  const right = Math.max(left + 40, size.width - curveMargin.right);
  const bottom = size.height - curveMargin.bottom;
  const x = scaleLog([across.min, across.max], [left, right]);
  const y = up.log ? scaleLog([up.min, up.max], [bottom, top]) : scaleLinear([up.min, up.max], [bottom, top]);
  // What leaves the axis is clipped in drawing; 0 has no logarithm, but lies far enough below.
  const height = (value: number) => y(up.log ? Math.max(value, 1e-300) : value);
  const inside = (value: number) => Math.min(bottom, Math.max(top, height(value)));
  // What is named in the margin: the curves, and then the theory that is.
  const beside = theory.filter(({ at }) => at === "margin");
  const ends = [...curves.map(({ points }) => points.at(-1)?.y), ...beside.map(({ points }) => points.at(-1)?.[1])];
  const labels = dodge(
    ends.map((end) => inside(end ?? up.min)),
    labelGap,
    top,
    bottom,
  );
  return {
    x,
    y,
    curves: curves.map(({ name, points, present: value }, i) => {
      const spread = points.filter(({ low, high }) => low !== undefined && high !== undefined);
      return {
        name,
        line: points.map((point) => [x(point.x), height(point.y)] as const),
        band: [
          ...spread.map((point) => [x(point.x), height(point.high as number)] as const),
          ...[...spread].reverse().map((point) => [x(point.x), height(point.low as number)] as const),
        ],
        label: [right + labelOffset, labels[i] ?? 0] as const,
        mark: value === undefined ? null : ([x(present), inside(value)] as const),
      };
    }),
    theory: theory.map((each) => {
      const line = each.points.map(([px, py]) => [x(px), height(py)] as const);
      const [endX, endY] = line.at(-1) ?? [left, bottom];
      const text =
        each.at === "margin"
          ? {
              x: right + labelOffset,
              y: (labels[curves.length + beside.indexOf(each)] ?? 0) + 4,
              anchor: "start" as const,
            }
          : { x: endX - 4, y: each.at === "above" ? endY - 5 : endY + 14, anchor: "end" as const };
      return { label: each.label, line, text };
    }),
    xTicks: across.ticks.filter((_, i) => i % Math.ceil((tickWidth * across.ticks.length) / (right - left)) === 0),
    xAt: (pixels) => Math.min(across.max, Math.max(across.min, x.invert(pixels))),
  };
}
