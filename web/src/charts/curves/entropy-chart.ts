/** The entropy chart: a line per map with its name and value at the end, the two bounds, and the query in focus. */
import { select } from "d3-selection";
import { line } from "d3-shape";
import { dash, mapName, type Palette } from "../color/palette";
import { startInside } from "../keep-inside";
import { tween } from "../motion";
import { listenToKeys, listenToPointer, type PlaceEvents } from "../place-events";
import { drawAxes } from "./chart-axes";
import {
  dotsUpTo,
  type EntropyData,
  type EntropyLayout,
  entropyHeight,
  entropyLayout,
  entropyMargin,
  type Point,
} from "./entropy-layout";
import { axisName, largestName, largestNames } from "./entropy-unit";

type ChartPlace = { query: number; key: null; map: number };

export interface EntropyEvents extends Pick<PlaceEvents, "move" | "release"> {
  readonly preview: (place: ChartPlace | null) => void;
  readonly toggle: (place: ChartPlace) => void;
  readonly toggleCurrent: () => void;
}

const path = line<Point>();
const transition = 260;

export class EntropyChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly band = this.svg.append("rect").attr("class", "band");
  private readonly axes = this.svg.append("g").attr("class", "axes");
  private readonly bounds = this.svg.append("g").attr("class", "bounds");
  private readonly lines = this.svg.append("g").attr("class", "lines");
  private readonly labels = this.svg.append("g").attr("class", "labels");
  private data: EntropyData | undefined;
  private palette: Palette | undefined;
  private layout: EntropyLayout | undefined;
  private drawn: EntropyData | undefined;
  private focus: { query: number; map: number } | null = null;
  private stopMotion = () => {};

  constructor(events: EntropyEvents) {
    this.element.className = "entropy-chart";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-roledescription", "line chart");
    this.element.setAttribute("aria-label", "Entropy of each query, one line per map");
    this.element.setAttribute("aria-describedby", "reading");
    const at = (x: number, y: number): ChartPlace | null => {
      if (!this.layout) return null;
      const query = this.layout.queryAt(x);
      return { query, key: null, map: this.layout.mapAt(query, y) };
    };
    listenToPointer(this.element, at, events);
    // Along the chart's own direction: left and right change the query.
    const sideways: PlaceEvents["move"] = (next) =>
      events.move((place) => {
        const moved = next({ query: place.query, key: place.query });
        return { ...place, query: moved.query === place.query ? moved.key : moved.query };
      });
    const size = () => ({ queries: this.data?.visibleKeys.length ?? 1, keys: this.data?.visibleKeys.length ?? 1 });
    listenToKeys(this.element, size, { ...events, move: sideways });
  }

  /** Reserves the height for this many lines before there is anything to draw. */
  reserve(lines: number): void {
    this.element.style.height = `${entropyHeight(lines)}px`;
  }

  show(data: EntropyData, palette: Palette, settle = false): void {
    this.palette = palette;
    this.data = data;
    this.reserve(data.lines.length);
    this.stopMotion();
    const before = this.drawn;
    const alike = before?.lines.length === data.lines.length && before.visibleKeys.length === data.visibleKeys.length;
    if (!settle || !before || !alike || data.visibleKeys.length > 512) {
      this.draw(data);
      return;
    }
    this.stopMotion = tween(transition, (t) => {
      const lines = data.lines.map((line, i) => {
        const { entropy } = line;
        const from = before.lines[i]?.entropy ?? entropy;
        return {
          ...line,
          entropy: entropy.map((to, query) => (from[query] as number) + (to - (from[query] as number)) * t),
        };
      });
      this.draw(t === 1 ? data : { ...data, lines });
    });
  }

  resize(): void {
    if (this.data) this.draw(this.data);
  }

  /** Bands a query, dots every line there and writes its value beside the chart, at its height. */
  mark(focus: { query: number; map: number } | null): void {
    this.focus = focus;
    const { layout, data } = this;
    const inside = focus && data && layout && focus.query < data.visibleKeys.length ? focus : null;
    this.band.attr("visibility", inside ? null : "hidden");
    if (!layout || !data) return;
    if (inside) {
      const { x, width } = layout.band(inside.query);
      const [bottom = 0, top = 0] = layout.y.range();
      this.band
        .attr("x", x)
        .attr("width", width)
        .attr("y", top)
        .attr("height", bottom - top);
    }
    const query = inside?.query ?? data.visibleKeys.length - 1;
    const values = new Map(data.lines.map(({ map, entropy }) => [map, entropy[query] ?? 0]));
    this.lines
      .selectAll<SVGCircleElement, { map: number }>("circle.focus")
      .attr("visibility", inside ? null : "hidden")
      .attr("cx", layout.x(query))
      .attr("cy", ({ map }) => layout.y(values.get(map) ?? 0));
    this.lines.selectAll<SVGGElement, { map: number }>("g").classed("pointed", ({ map }) => map === inside?.map);
    this.placeLabels(layout, query);
    this.labels
      .selectAll<SVGTSpanElement, { map: number }>("tspan.value")
      .text(({ map }) => ` ${(values.get(map) ?? 0).toFixed(2)}`);
    this.labels.select("text.at").text(`at query ${query}`);
  }

  private draw(data: EntropyData): void {
    const { palette } = this;
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!palette || width === 0) return;
    this.drawn = data;
    const layout = entropyLayout(data, { width, height });
    this.layout = layout;
    this.svg.attr("viewBox", `0 0 ${width} ${height}`);
    drawAxes(this.axes, {
      ...layout,
      xTicks: layout.queryTicks,
      xName: "query",
      yName: axisName(data.unit ?? "nats"),
      size: { width, height },
      margin: entropyMargin,
    });
    this.drawBounds(layout, data);
    this.drawLines(layout, data, palette);
    this.drawLabels(layout, data, palette, width);
    this.mark(this.focus);
    this.keepLabelsInside(width);
  }

  private drawBounds(layout: EntropyLayout, data: EntropyData): void {
    const { visibleKeys, largestEntropy, unit = "nats" } = data;
    const last = layout.ceiling.at(-1) ?? [0, 0];
    const keys = visibleKeys.at(-1) ?? 1;
    const name = layout.flat
      ? `maximum ${largestName(unit, keys, largestEntropy.at(-1) ?? 0)}: equal weights`
      : `maximum ${largestNames(unit)}: equal weights`;
    const queryName = this.axes.selectAll<SVGTextElement, unknown>("text.name").nodes().at(-1);
    this.bounds.selectAll("path").data([layout.ceiling]).join("path").attr("d", path);
    this.bounds
      .selectAll<SVGTextElement, unknown>("text")
      .data([
        { text: name, x: last[0], y: last[1] - 8, anchor: "end", room: last[0] },
        {
          text: "minimum 0: all weight on one key",
          x: entropyMargin.left,
          y: (layout.y.range()[0] ?? 0) + 36,
          anchor: "start",
          room: (layout.x.range()[1] ?? 0) - entropyMargin.left - (queryName?.getComputedTextLength() ?? 0),
        },
      ])
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .text(({ text }) => text)
      // Where there is no room for what a bound means, its number stands alone.
      .filter(function ({ room }) {
        return this.getComputedTextLength() > room;
      })
      .text(({ text }) => text.replace(/:.*/, ""));
  }

  private drawLines(layout: EntropyLayout, data: EntropyData, palette: Palette): void {
    const color = (map: number) => palette.maps[map] ?? palette.ink;
    this.lines.classed("dense", data.visibleKeys.length > 200);
    const groups = this.lines
      .selectAll<SVGGElement, EntropyLayout["paths"][number]>("g")
      .data(layout.paths, ({ map }) => map)
      .join("g")
      .style("color", ({ map }) => color(map));
    groups
      .selectAll("path")
      .data((item) => [item])
      .join("path")
      .attr("d", ({ points }) => path(points))
      .attr("stroke-dasharray", ({ map }) => dash(map));
    groups
      .selectAll("circle.dot")
      .data(({ points }) => (data.visibleKeys.length <= dotsUpTo ? points : []))
      .join("circle")
      .attr("class", "dot")
      .attr("r", 2.25)
      .attr("cx", ([x]) => x)
      .attr("cy", ([, y]) => y);
    groups
      .selectAll("circle.focus")
      .data((item) => [item])
      .join("circle")
      .attr("class", "focus")
      .attr("r", 4.5);
  }

  /** A hairline leads from a line's value, straight to the chart's edge, to its label, which may have had to move. */
  private placeLabels(layout: EntropyLayout, query: number): void {
    const places = new Map(layout.labelsAt(query).map((place) => [place.map, place]));
    const right = this.element.clientWidth - entropyMargin.right;
    const labels = this.labels.selectAll<SVGGElement, { map: number }>("g");
    labels.select("text").attr("y", ({ map }) => places.get(map)?.y ?? 0);
    labels.select("path").attr("d", ({ map }) => {
      const { value, y } = places.get(map) ?? { value: [right, 0], y: 0 };
      return path([value, [right, value[1]], [right + 4, y]]);
    });
  }

  private keepLabelsInside(width: number): void {
    const labels = this.labels.selectAll<SVGTextElement, unknown>("text");
    labels.attr("x", startInside(labels, width - entropyMargin.right + 10, width));
  }

  private drawLabels(layout: EntropyLayout, data: EntropyData, palette: Palette, width: number): void {
    const names = new Map(data.lines.map(({ map, name }) => [map, name]));
    const right = width - entropyMargin.right;
    const labels = this.labels
      .selectAll<SVGGElement, EntropyLayout["paths"][number]>("g")
      .data(layout.paths, ({ map }) => map)
      .join("g")
      .style("color", ({ map }) => palette.maps[map] ?? palette.ink);
    labels
      .selectAll("path")
      .data((item) => [item])
      .join("path");
    labels
      .selectAll("text")
      .data((item) => [item])
      .join((enter) => {
        const text = enter.append("text").attr("dy", "0.35em");
        text.append("tspan").attr("class", "name");
        text.append("tspan").attr("class", "value");
        return text;
      })
      .attr("x", right + 10);
    labels.selectAll<SVGTSpanElement, { map: number }>("tspan.name").text(({ map }) => names.get(map) ?? mapName(map));
    this.labels
      .selectAll("text.at")
      .data([null])
      .join("text")
      .attr("class", "at")
      .attr("x", right + 10)
      .attr("y", 12);
  }
}
