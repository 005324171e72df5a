/** A histogram of q·k beside its theory, and the bells of other widths that it is one of. Pure. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { Rect, Size } from "../../charts/heatmap/heatmap-layout";

export interface Distribution {
  /** Shares of equal bins that span [−range, range] deviations. */
  readonly measured: ArrayLike<number>;
  readonly exact: ArrayLike<number>;
  readonly normal: ArrayLike<number>;
  readonly range: number;
  /** A deviation, in units of the axis, which reaches from −reach to reach. */
  readonly deviation: number;
  readonly reach: number;
  /** What it is called among the others. */
  readonly name: string;
  /** Deviations of normal bells to show besides, each with its name. */
  readonly others: readonly { readonly name: string; readonly deviation: number }[];
}

type Pixel = readonly [x: number, y: number];

export interface DistributionLayout {
  readonly x: ScaleLinear<number, number>;
  readonly bars: readonly Rect[];
  readonly exact: readonly Pixel[];
  readonly normal: readonly Pixel[];
  readonly others: readonly { readonly name: string; readonly line: readonly Pixel[] }[];
  /** The measured one's name first. */
  readonly labels: readonly { readonly name: string; readonly at: Pixel }[];
}

export const distributionMargin = { top: 18, bottom: 24, side: 8 };
/** The tallest theory fills this share of the height: bars scatter about it. */
const fill = 0.85;
/** The height of a bell where its name stands: the wider the higher, so that names of nested bells are steps of a stair. */
const labelHeight = (deviation: number) => Math.min(0.9, Math.max(0.1, 0.25 + 0.15 * Math.log2(deviation / 4)));

export function distributionLayout(data: Distribution, { width, height }: Size): DistributionLayout {
  const { measured, exact, normal, range, deviation, reach, name, others } = data;
  const { top, bottom, side } = distributionMargin;
  const base = height - bottom;
  const x = scaleLinear([-reach, reach], [side, width - side]);
  const peak = Math.max(...Array.from(exact), ...Array.from(normal)) || 1;
  const y = scaleLinear([0, peak / fill], [base, top]);
  const bins = measured.length;
  const edge = (i: number) => x(range * deviation * ((2 * i) / bins - 1));
  const [left, right] = [x(-reach), x(reach)];
  const inside = (px: number) => px >= left - 1e-6 && px <= right + 1e-6;
  const bars = Array.from({ length: bins }, (_, i): Rect => {
    const [from, to] = [Math.max(left, edge(i)), Math.min(right, edge(i + 1))];
    const top = y(measured[i] as number);
    return { x: from, y: top, width: to - from, height: base - top };
  });
  const centres = (shares: ArrayLike<number>) =>
    Array.from(shares, (share, i) => [(edge(i) + edge(i + 1)) / 2, y(share)] as const).filter(([px]) => inside(px));
  const bell = (sigma: number) =>
    Array.from({ length: 121 }, (_, i) => {
      const at = Math.min(reach, 4 * sigma) * (i / 60 - 1);
      return [x(at), y(peak * Math.exp(-((at / sigma) ** 2) / 2))] as const;
    });
  return {
    x,
    bars: bars.filter((bar) => bar.width > 0),
    exact: centres(exact),
    normal: centres(normal),
    others: others.map((other) => ({ name: other.name, line: bell(other.deviation) })),
    labels: [{ name, deviation }, ...others].map((each) => {
      const share = labelHeight(each.deviation);
      const at = Math.min(reach, each.deviation * Math.sqrt(-2 * Math.log(share)));
      return { name: each.name, at: [x(at), y(peak * share)] as const };
    }),
  };
}
