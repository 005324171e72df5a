/** Generation, one token at a time: what is new is framed, what was kept is bracketed. */
import { type Selection, select } from "d3-selection";
import { ramp } from "../../charts/color/color";
import { cssOf, divergingRamp, divergingShare } from "../../charts/color/diverging";
import { hatchPath } from "../../charts/color/hatch";
import type { Palette } from "../../charts/color/palette";
import { drawRects } from "../../charts/heatmap/heatmap";
import type { Rect } from "../../charts/heatmap/heatmap-layout";
import { listenToKeys, listenToPointer, type PlaceEvents } from "../../charts/place-events";
import { type GenerationLayout, generationLayout } from "./generation-layout";

export interface GenerationData {
  /** Tokens that there is room for, and components of their vectors. */
  readonly tokens: number;
  readonly dim: number;
  /** Tokens so far. */
  readonly arrived: number;
  /** (arrived × arrived), and whether each cell is visible. */
  readonly weights: ArrayLike<number>;
  readonly isVisible: (query: number, key: number) => boolean;
  /** (arrived × dim); of the query only the newest row is drawn. */
  readonly query: ArrayLike<number>;
  readonly key: ArrayLike<number>;
  readonly value: ArrayLike<number>;
  readonly output: ArrayLike<number>;
  /** Whether earlier rows are not what they were before the newest token. */
  readonly earlierChanged: boolean;
}

export interface GenerationStyle {
  readonly palette: Palette;
  readonly hue: string;
  /** The weight in the full hue, and the size of a component in the full colours. */
  readonly mostWeight: number;
  readonly mostComponent: number;
}

interface Fill extends Rect {
  readonly color: string;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

export class GenerationChart {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly grid = this.svg.append("g").attr("class", "empty");
  private readonly hatch = this.svg.append("path").attr("class", "hatch");
  private readonly parts: Readonly<Record<"weights" | "keys" | "values" | "query" | "outputs", Group>>;
  private readonly fresh = this.svg.append("g").attr("class", "fresh");
  private readonly frames = this.svg.append("g").attr("class", "frames");
  private readonly bands = this.svg.append("g").attr("class", "bands");
  private readonly box = this.svg.append("g").attr("class", "box");
  private readonly words = this.svg.append("g").attr("class", "words");
  private drawn: { data: GenerationData; style: GenerationStyle } | undefined;
  private layout: GenerationLayout | undefined;
  private place: { query: number; key: number } | null = null;

  constructor(events: PlaceEvents & { readonly toggleCurrent: () => void }) {
    this.element.className = "generation-chart";
    this.element.tabIndex = 0;
    this.element.setAttribute("role", "application");
    this.element.setAttribute("aria-roledescription", "attention map");
    this.element.setAttribute("aria-label", "Weights of the tokens so far, with their keys and values");
    this.element.setAttribute("aria-describedby", "reading");
    this.parts = {
      keys: this.svg.insert("g", ".fresh").attr("class", "keys"),
      values: this.svg.insert("g", ".fresh").attr("class", "values"),
      weights: this.svg.insert("g", ".fresh").attr("class", "weights"),
      query: this.svg.insert("g", ".fresh").attr("class", "query"),
      outputs: this.svg.insert("g", ".fresh").attr("class", "outputs"),
    };
    const arrived = () => this.drawn?.data.arrived ?? 1;
    listenToPointer(this.element, (x, y) => this.layout?.cellAt(x, y, arrived()) ?? null, events);
    listenToKeys(this.element, () => ({ queries: arrived(), keys: arrived() }), events);
  }

  show(data: GenerationData, style: GenerationStyle): void {
    this.drawn = { data, style };
    this.resize();
  }

  resize(): void {
    const width = this.element.clientWidth;
    if (!this.drawn || width === 0) return;
    const { data, style } = this.drawn;
    const layout = generationLayout({ width, tokens: data.tokens, dim: data.dim });
    this.layout = layout;
    this.element.style.height = `${layout.height}px`;
    this.svg.attr("viewBox", `0 0 ${width} ${layout.height}`);
    this.drawEmpty(layout, data);
    this.drawCells(layout, data, style);
    this.drawFrames(layout, data);
    this.drawWords(layout, data);
    this.mark(this.place);
  }

  mark(place: { query: number; key: number } | null): void {
    this.place = place;
    const { layout } = this;
    const inside = place && layout && place.query < (this.drawn?.data.arrived ?? 0) ? place : null;
    const cell = inside && layout ? layout.cell(inside.query, inside.key) : null;
    drawRects(this.bands, inside && layout ? [layout.keyColumn(inside.key), layout.valueColumn(inside.key)] : []);
    // Two strokes, as on heatmaps.
    drawRects(this.box, cell ? [cell, cell] : []);
  }

  /** Room for tokens that have not come. */
  private drawEmpty({ matrix, cell }: GenerationLayout, { arrived, isVisible }: GenerationData): void {
    drawRects(this.grid, [matrix]);
    const hidden = pairs(arrived).filter(({ query, key }) => !isVisible(query, key));
    this.hatch.attr("d", hatchPath(hidden.map(({ query, key }) => cell(query, key))));
  }

  private drawCells(layout: GenerationLayout, data: GenerationData, style: GenerationStyle): void {
    const { palette, hue, mostWeight, mostComponent } = style;
    const { arrived, dim, weights, isVisible } = data;
    const shades = ramp(palette.paper, hue);
    const colors = divergingRamp(palette.paper, palette.maps[1] ?? "", palette.maps[2] ?? "");
    const shade = (weight: number) => cssOf(shades[Math.round(255 * Math.min(1, weight / mostWeight))] as number);
    const color = (value: number) => cssOf(colors[Math.round(255 * divergingShare(value, mostComponent))] as number);
    const vectors = (of: ArrayLike<number>, at: (token: number, i: number) => Rect, from = 0): Fill[] =>
      Array.from({ length: (arrived - from) * dim }, (_, n) => {
        const [token, i] = [from + Math.floor(n / dim), n % dim];
        return { ...at(token, i), color: color(of[token * dim + i] ?? 0) };
      });
    drawFills(this.parts.keys, vectors(data.key, layout.key));
    drawFills(this.parts.values, vectors(data.value, layout.value));
    drawFills(this.parts.query, vectors(data.query, layout.query, arrived - 1));
    drawFills(this.parts.outputs, vectors(data.output, layout.output));
    drawFills(
      this.parts.weights,
      pairs(arrived)
        .filter(({ query, key }) => isVisible(query, key))
        .map(({ query, key }) => ({
          ...layout.cell(query, key),
          color: shade(weights[query * arrived + key] ?? 0),
        })),
    );
  }

  private drawFrames(layout: GenerationLayout, { arrived, earlierChanged }: GenerationData): void {
    const newest = arrived - 1;
    const row = { ...layout.cell(newest, 0), width: layout.cell(0, 0).width * arrived };
    const added = [layout.keyColumn(newest), layout.valueColumn(newest), row, layout.queryRow(newest)];
    // A new group for each token, so that its arrival is seen.
    this.fresh
      .selectAll<SVGGElement, number>("g")
      .data([arrived], (token) => token)
      .join("g")
      .each(function () {
        drawRects(select(this), [...added, layout.outputRow(newest)]);
      });
    const earlier = Array.from({ length: newest }, (_, token) => layout.outputRow(token));
    drawRects(this.frames, earlierChanged ? earlier : []);
  }

  private drawWords(layout: GenerationLayout, { arrived }: GenerationData): void {
    const { matrix, keyColumn, valueColumn, queryRow, outputRow, cell } = layout;
    const newest = arrived - 1;
    const side = cell(0, 0).width;
    const middle = (token: number) => matrix.x + (token + 0.5) * side;
    const kept = newest > 0 ? `kept: ${newest === 1 ? "key 0" : `keys 0 to ${newest - 1}`}` : "";
    const keptValues = newest > 0 ? `kept: ${newest === 1 ? "value 0" : `values 0 to ${newest - 1}`}` : "";
    const { y: keysTop } = keyColumn(0);
    const { y: valuesTop, height } = valueColumn(0);
    const valuesEnd = valuesTop + height;
    this.words
      .selectAll("text")
      .data([
        ...Array.from({ length: arrived }, (_, token) => ({
          text: String(token),
          x: queryRow(0).x - 5,
          y: queryRow(token).y + side / 2 + 4,
          anchor: "end",
          strong: token === newest,
        })),
        { text: kept, x: matrix.x, y: keysTop - 10, anchor: "start", strong: false },
        { text: "new", x: middle(newest), y: keysTop - (newest < 5 ? 24 : 10), anchor: "middle", strong: true },
        { text: keptValues, x: matrix.x, y: valuesEnd + 18, anchor: "start", strong: false },
        { text: "keys", x: matrix.x - 8, y: keysTop + 12, anchor: "end", strong: false },
        { text: "values", x: matrix.x - 8, y: valuesTop + 12, anchor: "end", strong: false },
        { text: "query", x: queryRow(newest).x, y: queryRow(newest).y - 5, anchor: "start", strong: true },
        { text: "outputs", x: outputRow(0).x + outputRow(0).width, y: matrix.y - 8, anchor: "end", strong: false },
      ])
      .join("text")
      .attr("x", ({ x }) => x)
      .attr("y", ({ y }) => y)
      .attr("text-anchor", ({ anchor }) => anchor)
      .classed("strong", ({ strong }) => strong)
      .text(({ text }) => text);
    const bracket = (y: number, tick: number) =>
      newest > 0 ? [`M${matrix.x},${y + tick} V${y} H${matrix.x + newest * side - 1} V${y + tick}`] : [];
    this.words
      .selectAll("path")
      .data([...bracket(keysTop - 6, 3), ...bracket(valuesEnd + 6, -3)])
      .join("path")
      .attr("d", (path) => path);
  }
}

const pairs = (arrived: number) =>
  Array.from({ length: arrived * arrived }, (_, i) => ({ query: Math.floor(i / arrived), key: i % arrived }));

function drawFills(group: Group, fills: readonly Fill[]): void {
  group
    .selectAll<SVGRectElement, Fill>("rect")
    .data(fills)
    .join("rect")
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .attr("width", ({ width }) => width)
    .attr("height", ({ height }) => height)
    .attr("fill", ({ color }) => color);
}
