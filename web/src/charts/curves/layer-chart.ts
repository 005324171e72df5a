/** A dot for each head above its layer, and a line through the means of the layers; read by pointer and by keys. */
import { select } from "d3-selection";
import { line } from "d3-shape";
import { listenToKeys, listenToPointer } from "../place-events";
import { drawAxes } from "./chart-axes";
import { type LayerData, type LayerHead, type LayerLayout, layerLayout, layerMargin } from "./layer-layout";

export interface LayerEvents {
  /** Pointed at, or walked to with keys; null: nothing. */
  readonly preview: (place: LayerHead | null) => void;
  readonly choose: (place: LayerHead) => void;
}

const path = line<readonly [number, number]>();

export class LayerChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly band = this.svg.append("rect").attr("class", "band");
  private readonly axes = this.svg.append("g").attr("class", "axes");
  private readonly lines = this.svg.append("g").attr("class", "lines");
  private readonly dots = this.svg.append("g").attr("class", "lines");
  private data: LayerData | undefined;
  private hue: (head: number) => string = () => "";
  private layout: LayerLayout | undefined;
  private place: LayerHead | null = null;

  constructor(label: string, events: LayerEvents) {
    const { element } = this;
    element.className = "layer-chart entropy-chart";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "dot chart");
    element.setAttribute("aria-label", label);
    element.setAttribute("aria-describedby", "reading");
    const go = (place: LayerHead | null) => {
      this.mark(place);
      events.preview(place);
    };
    const choose = (place: LayerHead | null) => place && events.choose(place);
    listenToPointer(element, (x, y) => this.layout?.headAt(x, y) ?? null, { preview: go, toggle: choose });
    const size = () => ({ queries: this.data?.heads ?? 1, keys: this.data?.layers ?? 1 });
    listenToKeys(element, size, {
      // Left and right change the layer, up and down the head.
      move: (next) => {
        const { layer, head } = this.place ?? { layer: 0, head: 0 };
        const moved = next({ query: head, key: layer });
        go(this.place ? { layer: moved.key, head: moved.query } : { layer, head });
      },
      toggleCurrent: () => choose(this.place),
      release: () => go(null),
    });
    element.addEventListener("blur", () => go(null));
  }

  show(data: LayerData, hue: (head: number) => string): void {
    this.data = data;
    this.hue = hue;
    if (this.place && (this.place.layer >= data.layers || this.place.head >= data.heads)) this.place = null;
    this.resize();
  }

  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.data || width === 0) return;
    const layout = layerLayout(this.data, { width, height });
    this.layout = layout;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    const { name, firstLayer } = this.data;
    drawAxes(this.axes, {
      ...layout,
      xText: (layer) => String(firstLayer + layer + 1),
      xName: "layer",
      yName: name,
      size: { width, height },
      margin: layerMargin,
    });
    this.lines.selectAll("path").data([layout.line]).join("path").attr("d", path);
    this.dots
      .selectAll("circle")
      .data(layout.dots)
      .join("circle")
      .style("color", ({ head }) => this.hue(head))
      .attr("cx", ({ at }) => at[0])
      .attr("cy", ({ at }) => at[1]);
    this.mark(this.place);
  }

  private mark(place: LayerHead | null): void {
    this.place = place;
    const { layout } = this;
    if (!layout) return;
    const isIn = (dot: LayerHead) => dot.layer === place?.layer && dot.head === place.head;
    this.dots
      .selectAll<SVGCircleElement, LayerHead>("circle")
      .classed("focus", isIn)
      .attr("r", (dot) => (isIn(dot) ? 5.5 : 3.5));
    const [bottom = 0, top = 0] = layout.y.range();
    const width = Math.min(26, Math.max(6, layout.x(1) - layout.x(0)));
    this.band
      .attr("visibility", place ? null : "hidden")
      .attr("x", layout.x(place?.layer ?? 0) - width / 2)
      .attr("y", top)
      .attr("width", width)
      .attr("height", bottom - top);
  }
}
