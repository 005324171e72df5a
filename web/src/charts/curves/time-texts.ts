/** Where the texts of a chart over time stand: near what they name, and clear of the lines. Pure. */
import type { ScaleLinear } from "d3-scale";
import { dodge } from "../dodge";
import type { TimeBound, TimeDot, TimeLine, TimePanel, TimePoint } from "./time-panel";

type XY = readonly [x: number, y: number];

export interface Frame {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly top: number;
  readonly bottom: number;
  /** Of the whole chart, margins and all. */
  readonly width: number;
}

export interface TimeLabel {
  readonly line: TimeLine;
  readonly y: number;
  readonly end: XY;
  readonly text: string;
}

export interface PlacedText {
  readonly text: string;
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly anchor: "start" | "end";
}

const labelGap = 13;
/** How far a label may be moved from its line's end and still be seen to belong there. */
const farthestLabel = 22;
const textHeight = 14;
/** At 12 px, on average. */
const letterWidth = 6.6;
const widthOf = (text: string) => text.length * letterWidth;
/** A text that is so clear of everything cannot be clearer. */
const clear = 30;

/** As many names as find room near their lines: those of strong lines first, then of the greatest values. */
export function labelsOf(
  panel: TimePanel,
  lines: readonly TimeLine[],
  at: number | null,
  { x, y, top, bottom }: Frame,
): TimeLabel[] {
  const ends = lines
    .filter(({ name }) => name !== null)
    .map((line) => {
      const [step, value] = line.points.at(-1) as TimePoint;
      const read = at === null ? value : (pointAt(line.points, at)?.[1] ?? value);
      return { line, value, end: [x(step), y(value)] as const, read };
    });
  const rank = ({ line, value }: (typeof ends)[number]) => (line.weight === "plain" ? 0 : 1e6) + value;
  const place = (labels: typeof ends) =>
    dodge(
      labels.map(({ end }) => end[1]),
      labelGap,
      top,
      bottom,
    );
  let shown = ends.sort((a, b) => rank(b) - rank(a)).slice(0, Math.floor((bottom - top) / labelGap) + 1);
  let placed = place(shown);
  while (shown.length > 1 && shown.some(({ end }, i) => Math.abs((placed[i] ?? 0) - end[1]) > farthestLabel)) {
    shown = shown.slice(0, -1);
    placed = place(shown);
  }
  return shown.map(({ line, end, read }, i) => ({
    line,
    end,
    y: placed[i] ?? end[1],
    text: [line.name, line.valued ? panel.format(read) : ""].filter(Boolean).join(" "),
  }));
}

/** Points on everything that is drawn, close enough together that no text slips between them. */
export function obstaclesOf(paths: readonly { readonly points: readonly XY[] }[], labels: readonly TimeLabel[]): XY[] {
  const along = ({ points }: { readonly points: readonly XY[] }) =>
    points.flatMap(([x, y], i) => {
      const [fromX, fromY] = points[i - 1] ?? [x, y];
      const parts = Math.max(1, Math.ceil((x - fromX) / 12));
      return Array.from({ length: parts }, (_, k): XY => {
        const share = (k + 1) / parts;
        return [fromX + (x - fromX) * share, fromY + (y - fromY) * share];
      });
    });
  const inLabel = ({ end: [x], y, text }: TimeLabel): XY[] => [
    [x + 9, y],
    [x + 9 + widthOf(text), y],
  ];
  return [...paths.flatMap(along), ...labels.flatMap(inLabel)];
}

function clearance(obstacles: readonly XY[], from: number, to: number, baseline: number): number {
  const middle = baseline - 4;
  return obstacles.reduce(
    (least, [x, y]) => (x < from || x > to ? least : Math.min(least, Math.abs(y - middle))),
    clear,
  );
}

/** Beside its step, on the side that has room, at the height where least is in the way. */
export function noteOf(
  { step, text }: { readonly step: number; readonly text: string },
  obstacles: readonly XY[],
  { x, top, bottom }: Frame,
): PlacedText {
  const right = x.range()[1] ?? 0;
  const anchor = x(step) + widthOf(text) > right ? "end" : "start";
  const at = x(step) + (anchor === "start" ? 7 : -7);
  const [from, to] = anchor === "start" ? [at - 7, at + widthOf(text)] : [at - widthOf(text), at + 7];
  const levels = Array.from({ length: 13 }, (_, i) => top + textHeight + ((bottom - top - textHeight - 4) * i) / 12);
  const free = (level: number) => clearance(obstacles, from, to, level);
  const y = levels.reduce((best, level) => (free(level) > free(best) ? level : best), levels[0] ?? top);
  return { text, x: at, y, anchor };
}

/** At the left end of a bound, or the right one where that is clearer. */
export function boundNames(
  bounds: readonly TimeBound[],
  obstacles: readonly XY[],
  { x, y }: Frame,
): (PlacedText & { readonly lineY: number })[] {
  const [left = 0, right = 0] = x.range();
  return bounds.map(({ value, name, side }) => {
    const lineY = y(value);
    const baseline = lineY + (side === "above" ? -5 : 14);
    const atLeft = clearance(obstacles, left, left + 6 + widthOf(name), baseline);
    const atRight = clearance(obstacles, right - widthOf(name), right, baseline);
    const placed = { text: name, y: baseline, lineY };
    return atRight > atLeft
      ? { ...placed, x: right, anchor: "end" as const }
      : { ...placed, x: left + 6, anchor: "start" as const };
  });
}

/** To the right of a dot where the chart goes on, else to its left. */
export const dotTexts = (dots: readonly TimeDot[], { x, y, width }: Frame) =>
  dots.map(({ step, value, text }) => {
    const [px, py] = [x(step), y(value)];
    const fits = px + 10 + widthOf(text) <= width;
    const placed: PlacedText = { text, x: px + (fits ? 10 : -10), y: py + 4, anchor: fits ? "start" : "end" };
    return { x: px, y: py, text: placed };
  });

/** The point of a line nearest to a step; null where the line has not come so far. */
export function pointAt(points: readonly TimePoint[], step: number): TimePoint | null {
  const nearest = points.reduce<TimePoint | null>(
    (best, point) => (best && Math.abs(best[0] - step) <= Math.abs(point[0] - step) ? best : point),
    null,
  );
  const end = points.at(-1)?.[0] ?? 0;
  const spacing = points.length > 1 ? end - (points.at(-2)?.[0] ?? 0) : end;
  return nearest && step <= end + spacing ? nearest : null;
}
