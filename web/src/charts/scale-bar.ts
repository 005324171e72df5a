/** The key to the colours: one ramp per map that shares the scale, above a linear axis from 0 to the largest weight. */
import { axisBottom } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { ramp } from "./color";

export class ScaleBar {
  readonly element = document.createElement("div");
  private readonly ramps = document.createElement("canvas");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly caption = document.createElement("p");
  private max: number | undefined;

  constructor() {
    this.element.className = "scale-bar";
    this.element.prepend(this.caption, this.ramps);
  }

  show(max: number, paper: string, hues: readonly string[], caption: string): void {
    const context = this.ramps.getContext("2d");
    if (!context) return;
    this.ramps.width = 256;
    this.ramps.height = hues.length;
    this.ramps.style.height = `${Math.max(10, Math.min(hues.length, 8) * 4, hues.length * 3)}px`;
    const image = context.createImageData(256, hues.length);
    const pixels = new Uint32Array(image.data.buffer);
    for (const [row, hue] of hues.entries()) pixels.set(ramp(paper, hue), row * 256);
    context.putImageData(image, 0, 0);
    this.caption.textContent = caption;

    this.max = max;
    this.resize();
  }

  /** Call when the element's width has changed. */
  resize(): void {
    const { max } = this;
    if (max === undefined) return;
    const width = this.element.clientWidth || 200;
    const scale = scaleLinear([0, max || 1], [0, width]);
    const round = scale.ticks(4).filter((tick) => scale(tick) < width - 54);
    const digits = Math.max(1, ...round.map((tick) => String(tick).split(".")[1]?.length ?? 0));
    const axis = axisBottom(scale)
      .tickValues([...round, max])
      .tickFormat((tick) => (tick.valueOf() === max ? max.toFixed(Math.max(3, digits)) : String(tick)))
      .tickSize(4)
      .tickPadding(3);
    this.svg.attr("viewBox", `0 0 ${width} 22`);
    this.svg.selectAll<SVGGElement, null>("g.axis").data([null]).join("g").attr("class", "axis").call(axis);
    this.svg.selectAll("path.domain").remove();
    this.svg
      .selectAll<SVGGElement, number>(".tick")
      .attr("text-anchor", (tick) => (tick === 0 ? "start" : tick === max ? "end" : "middle"));
  }
}
