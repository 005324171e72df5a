/** The two planes of the soft look-up: keys as the query sees them, and values with what is returned. */
import { select } from "d3-selection";
import { signed } from "../../charts/format";
import { keepInside } from "../../charts/keep-inside";
import { labelAt, type Plane, planeOf, thickness } from "../../figure/planes/plane";
import { type Handle, type HandleEvents, PointHandles } from "../../figure/planes/point-handles";
import { type Point, reach } from "../../figure/planes/points";
import type { LookUp } from "./look-up";
import { bestKey, convexHull, endOfLine, footOnQuery } from "./look-up-layout";
import { type Group, labelled, lines, single, type Text } from "./look-up-marks";
import { type LookUpState, wordOf } from "./look-up-state";

export interface LookUpColors {
  readonly ink: string;
  /** One hue a key, worn by its value too. */
  readonly hue: (index: number) => string;
}

interface Drawn {
  readonly index: number;
  readonly point: Point;
  readonly weight: number;
}

const origin: Point = { x: 0, y: 0 };

abstract class LookUpPlane {
  readonly element = document.createElement("div");
  private readonly svg = select(this.element).append("svg").attr("aria-hidden", "true");
  private readonly handles: PointHandles;
  private readonly grid = this.layer("grid");

  constructor(name: string, events: HandleEvents) {
    this.element.className = `plane ${name}`;
    this.handles = new PointHandles(events);
    this.element.append(this.handles.element);
  }

  protected layer(name: string): Group {
    return this.svg.append("g").attr("class", name);
  }

  draw(state: LookUpState, result: LookUp, colors: LookUpColors, focus: string | null): void {
    const plane = planeOf(this.element.clientWidth || 330);
    this.drawIn(plane, state, result, colors, focus);
    keepInside(this.svg.selectAll<SVGTextElement, unknown>("text"), plane.width);
  }

  protected abstract drawIn(
    plane: Plane,
    state: LookUpState,
    result: LookUp,
    colors: LookUpColors,
    focus: string | null,
  ): void;

  protected frame(plane: Plane, handles: readonly Handle[]): void {
    this.svg.attr("viewBox", `0 0 ${plane.width} ${plane.height}`);
    this.handles.show(handles, plane.pixelsPerUnit);
    const at = plane.toPixels(origin);
    const ticks = (most: number) => Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
    const across = ticks(3).map((x) => ({ ...plane.toPixels({ x, y: 0 }), dx: 0, dy: 3, value: x }));
    const down = ticks(2).map((y) => ({ ...plane.toPixels({ x: 0, y }), dx: 3, dy: 0, value: y }));
    this.grid
      .selectAll("text")
      .data([...across, ...down].filter(({ value }) => value !== 0))
      .join("text")
      .attr("x", ({ x, dx }) => x - 2 * dx)
      .attr("y", ({ y, dy }) => y + (dy === 0 ? 4 : 16))
      .attr("text-anchor", ({ dx }) => (dx === 0 ? "middle" : "end"))
      .text(({ value }) => signed(value, 0));
    lines(this.grid, "axis", [
      { from: { x: 0, y: at.y }, to: { x: plane.width, y: at.y } },
      { from: { x: at.x, y: 0 }, to: { x: at.x, y: plane.height } },
      ...[...across, ...down].map(({ x, y, dx, dy }) => ({
        from: { x: x - dx, y: y - dy },
        to: { x: x + dx, y: y + dy },
      })),
    ]);
  }
}

export class KeyPlane extends LookUpPlane {
  private readonly along = this.layer("along part part-scores");
  private readonly arms = this.layer("arms part part-keys part-weights");
  private readonly queryArrow = this.layer("query part part-query");
  private readonly points = this.layer("points part part-keys");

  protected drawIn(
    plane: Plane,
    state: LookUpState,
    { scores, weights }: LookUp,
    colors: LookUpColors,
    focus: string | null,
  ) {
    const { toPixels } = plane;
    const keys = drawnOf(state.keys, weights);
    this.frame(plane, [
      { id: "query", label: `Query at ${written(state.query)}`, at: state.query, pixels: toPixels(state.query) },
      ...keys.map(({ index, point }) => handleOf("key", index, point, plane)),
    ]);
    this.drawFeet(state.query, keys, scores, plane, colors);
    lines(
      this.arms,
      "arm",
      keys.map(({ index, point, weight }) => ({
        from: toPixels(origin),
        to: toPixels(point),
        width: thickness(weight),
        color: colors.hue(index),
      })),
    );
    const tip = toPixels(state.query);
    const start = toPixels(origin);
    lines(this.queryArrow, "arrow", [{ from: start, to: tip }]);
    const angle = (Math.atan2(tip.y - start.y, tip.x - start.x) * 180) / Math.PI;
    single(this.queryArrow, "path", "head")
      .attr("d", "M2,0 L-11,-6 L-11,6 Z")
      .attr("transform", `translate(${tip.x},${tip.y}) rotate(${angle})`);
    single(this.queryArrow, "circle", "ring")
      .attr("cx", tip.x)
      .attr("cy", tip.y)
      .attr("r", focus === "query" ? 15 : 11);
    labelled(this.queryArrow, [
      { ...labelAt(state.query, origin, plane, ["query"], 17), text: "query", color: colors.ink },
    ]);
    this.points
      .selectAll("circle")
      .data(keys)
      .join("circle")
      .attr("cx", ({ point }) => toPixels(point).x)
      .attr("cy", ({ point }) => toPixels(point).y)
      .attr("r", ({ index }) => (focus === `key ${index}` ? 9 : 6.5))
      .attr("fill", ({ index }) => colors.hue(index));
    labelled(
      this.points,
      keys.map(({ index, point }) => nameOf(index, point, origin, plane, colors)),
    );
  }

  /** The line along the query, and how far along it each key reaches: what q·k measures. */
  private drawFeet(query: Point, keys: readonly Drawn[], scores: Float32Array, plane: Plane, colors: LookUpColors) {
    const { toPixels } = plane;
    const far = endOfLine(query);
    lines(this.along, "line", [{ from: toPixels({ x: -far.x, y: -far.y }), to: toPixels(far) }]);
    const feet = keys.map(({ point, index }) => {
      const at = footOnQuery(point, query);
      const text = signed(scores[index] as number, 2);
      const label = { ...labelAt(at, point, plane, [text], 8), text, color: colors.hue(index) };
      const isSeen = Math.abs(at.x) <= reach.x && Math.abs(at.y) <= reach.y;
      return { from: toPixels(point), to: toPixels(at), color: colors.hue(index), labels: isSeen ? [label] : [] };
    });
    lines(this.along, "perpendicular", feet);
    this.along
      .selectAll("circle")
      .data(feet)
      .join("circle")
      .attr("cx", ({ to }) => to.x)
      .attr("cy", ({ to }) => to.y)
      .attr("r", 3)
      .attr("fill", ({ color }) => color);
    labelled(
      this.along,
      feet.flatMap(({ labels }) => labels),
    );
  }
}

export class ValuePlane extends LookUpPlane {
  private readonly hull = this.layer("hull part part-values part-hull");
  private readonly arms = this.layer("arms part part-weights");
  private readonly points = this.layer("points part part-values");
  private readonly hard = this.layer("hard part part-hard");
  private readonly output = this.layer("output part part-output");

  protected drawIn(plane: Plane, state: LookUpState, result: LookUp, colors: LookUpColors, focus: string | null) {
    const { toPixels } = plane;
    const values = drawnOf(state.values, result.weights);
    const corners = convexHull(values.map(({ point }) => point));
    const centre = {
      x: values.reduce((sum, { point }) => sum + point.x, 0) / values.length,
      y: values.reduce((sum, { point }) => sum + point.y, 0) / values.length,
    };
    this.frame(
      plane,
      values.map(({ index, point }) => handleOf("value", index, point, plane)),
    );
    single(this.hull, "path", "outline").attr(
      "d",
      `M${corners
        .map(toPixels)
        .map(({ x, y }) => `${x},${y}`)
        .join("L")}Z`,
    );
    lines(
      this.arms,
      "arm",
      values.map(({ index, point, weight }) => ({
        from: toPixels(result.output),
        to: toPixels(point),
        width: thickness(weight),
        color: colors.hue(index),
      })),
    );
    this.points
      .selectAll("rect")
      .data(values)
      .join("rect")
      .attr("transform", ({ point, index }) => {
        const { x, y } = toPixels(point);
        return `translate(${x},${y}) rotate(45) scale(${focus === `value ${index}` ? 1.4 : 1})`;
      })
      .attr("x", -5.5)
      .attr("y", -5.5)
      .attr("width", 11)
      .attr("height", 11)
      .attr("fill", ({ index }) => colors.hue(index));
    const best = bestKey(result.weights);
    labelled(
      this.points,
      values
        .filter(({ index }) => index !== best)
        .map(({ index, point }) => nameOf(index, point, centre, plane, colors)),
    );
    this.drawHard(values[best] as Drawn, centre, plane, colors);
    const at = toPixels(result.output);
    single(this.output, "circle", "ground").attr("cx", at.x).attr("cy", at.y).attr("r", 9.5);
    single(this.output, "circle", "dot").attr("cx", at.x).attr("cy", at.y).attr("r", 7.5);
    const away = values[best]?.point ?? centre;
    const place = labelAt(result.output, away, plane, ["output"], 16);
    labelled(this.output, [{ ...place, text: "output", color: colors.ink }]);
  }

  /** What a look-up that takes one key only would return. */
  private drawHard({ index, point }: Drawn, centre: Point, plane: Plane, colors: LookUpColors): void {
    const { x, y } = plane.toPixels(point);
    single(this.hard, "circle", "ring").attr("cx", x).attr("cy", y).attr("r", 15);
    const lines = [wordOf(index), "hard look-up"] as const;
    const place = labelAt(point, centre, plane, lines, 20);
    labelled(this.hard, [
      { ...place, text: lines[0], color: colors.hue(index) },
      { ...place, y: place.y + 14, text: lines[1], color: colors.ink },
    ]);
  }
}

const drawnOf = (all: readonly Point[], weights: Float32Array): Drawn[] =>
  [...weights].map((weight, index) => ({ index, point: all[index] ?? origin, weight }));

const handleOf = (kind: "key" | "value", index: number, at: Point, plane: Plane): Handle => ({
  id: `${kind} ${index}`,
  label: `${kind === "key" ? "Key" : "Value"} ${wordOf(index)} at ${written(at)}`,
  at,
  pixels: plane.toPixels(at),
});

/** "1.20, −0.40" */
export const written = ({ x, y }: Point) => `${signed(x, 2)}, ${signed(y, 2)}`;

function nameOf(index: number, point: Point, centre: Point, plane: Plane, colors: LookUpColors): Text {
  const text = wordOf(index);
  return { ...labelAt(point, centre, plane, [text], 13), text, color: colors.hue(index) };
}
