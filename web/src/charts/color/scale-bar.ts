/** The key to the colours: one ramp per map that shares the scale, above an axis up to the largest weight. */
import { type Axis, axisBottom } from "d3-axis";
import { type NumberValue, scaleLinear, scaleLog } from "d3-scale";
import { select } from "d3-selection";
import { short, signed } from "../format";
import { ramp } from "./color";

export class ScaleBar {
  readonly element = document.createElement("div");
  private readonly ramps = document.createElement("canvas");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly caption = document.createElement("p");
  private axis: ((width: number) => Axis<NumberValue>) | undefined;
  private ends: readonly [number, number] = [0, 1];
  private measured: number | null = null;

  constructor() {
    this.element.className = "scale-bar";
    this.element.prepend(this.caption, this.ramps);
  }

  /** Reads the width; to be called before each `show` by figures that draw much at once, as reading it later lays out anew. */
  measure(): void {
    this.measured = this.element.clientWidth;
  }

  /** Makes room for this many ramps under this caption. */
  reserve(hues: number, caption: string): void {
    this.ramps.style.height = `${Math.max(10, Math.min(hues, 8) * 4, hues * 3)}px`;
    this.caption.textContent = caption;
  }

  /** Linear from 0, or logarithmic from `from` where that is greater. Clipped: what is above the end has its colour too. */
  show(max: number, paper: string, hues: readonly string[], caption: string, from = 0, isClipped = false): void {
    const axis = (width: number) =>
      from > 0 ? logAxis(from, max, width) : linearAxis(max, width, isClipped ? "≥ " : "");
    this.draw(
      hues.map((hue) => ramp(paper, hue)),
      [from, max],
      axis,
      caption,
    );
  }

  /** Linear on both sides of 0, up to `max` away from it. */
  showDiverging(max: number, colors: Uint32Array, caption: string): void {
    this.draw([colors], [-max, max], (width) => divergingAxis(max, width), caption);
  }

  private draw(
    ramps: readonly Uint32Array[],
    ends: readonly [number, number],
    axis: (width: number) => Axis<NumberValue>,
    caption: string,
  ): void {
    const context = this.ramps.getContext("2d");
    if (!context) return;
    this.reserve(ramps.length, caption);
    this.ramps.width = 256;
    this.ramps.height = ramps.length;
    const image = context.createImageData(256, ramps.length);
    const pixels = new Uint32Array(image.data.buffer);
    for (const [row, colors] of ramps.entries()) pixels.set(colors, row * 256);
    context.putImageData(image, 0, 0);
    this.axis = axis;
    this.ends = ends;
    this.resize();
  }

  /** Call when the element's width has changed. */
  resize(): void {
    if (!this.axis) return;
    const [from, max] = this.ends;
    const width = (this.measured ?? this.element.clientWidth) || 200;
    this.svg.attr("viewBox", `0 0 ${width} 22`);
    this.svg
      .selectAll<SVGGElement, null>("g.axis")
      .data([null])
      .join("g")
      .attr("class", "axis")
      .call(this.axis(width).tickSize(4).tickPadding(3));
    this.svg.selectAll("path.domain").remove();
    this.svg
      .selectAll<SVGGElement, number>(".tick")
      .attr("text-anchor", (tick) => (tick === from ? "start" : tick === max ? "end" : "middle"));
  }
}

function linearAxis(max: number, width: number, before: string): Axis<NumberValue> {
  const scale = scaleLinear([0, max || 1], [0, width]);
  const round = scale.ticks(4).filter((tick) => scale(tick) < width - (before ? 70 : 54));
  const digits = Math.max(1, ...round.map((tick) => String(tick).split(".")[1]?.length ?? 0));
  return axisBottom(scale)
    .tickValues([...round, max])
    .tickFormat((tick) => (tick.valueOf() === max ? before + max.toFixed(Math.max(3, digits)) : String(tick)));
}

/** Powers of ten, thinned to what the width has room for, and both ends. */
function logAxis(from: number, max: number, width: number): Axis<NumberValue> {
  const scale = scaleLog([from, max], [0, width]);
  const room = 52;
  const first = Math.ceil(Math.log10(from));
  const every = Math.max(1, Math.ceil(room / (scale(10 * from) || 1)));
  const powers = Array.from({ length: 40 }, (_, i) => 10 ** (first + i * every)).filter(
    (power) => scale(power) > room && scale(power) < width - room,
  );
  return axisBottom(scale)
    .tickValues([from, ...powers, max])
    .tickFormat((tick) => short(tick.valueOf()));
}

/** Both ends and the middle. */
function divergingAxis(max: number, width: number): Axis<NumberValue> {
  return axisBottom(scaleLinear([-max, max], [0, width]))
    .tickValues([-max, 0, max])
    .tickFormat((tick) => signed(tick.valueOf(), 3));
}
