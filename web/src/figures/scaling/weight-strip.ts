/** One query's weights as bars, the largest first, on a scale from 0 to 1. */
import { select } from "d3-selection";
import type { Rect, Size } from "../../charts/heatmap/heatmap-layout";

/** Pure. */
export function stripLayout(weights: ArrayLike<number>, { width, height }: Size): Rect[] {
  const step = width / weights.length;
  const gap = Math.min(1.5, step / 4);
  return Array.from(weights)
    .sort((a, b) => b - a)
    .map((weight, i) => ({
      x: i * step,
      y: height * (1 - weight),
      width: step - gap,
      height: height * weight,
    }));
}

export class WeightStrip {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly frame = this.svg.append("path").attr("class", "frame");
  private readonly bars = this.svg.append("path");

  constructor() {
    this.element.className = "weight-strip";
  }

  show(weights: ArrayLike<number>, color: string): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0) return;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    this.frame.attr("d", `M0,0.5H${width}M0,${height - 0.5}H${width}`);
    const bars = stripLayout(weights, { width, height });
    this.bars
      .attr("fill", color)
      .attr("d", bars.map(({ x, y, width: wide, height: high }) => `M${x},${y}h${wide}v${high}h${-wide}Z`).join(""));
  }
}
