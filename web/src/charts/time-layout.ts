/** Charts over training, one above the other on one axis of steps, so that what happens at once stands in one line. Pure. */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { dodge } from "./dodge";

export type TimePoint = readonly [step: number, value: number];

export interface TimeLine {
  readonly key: string;
  /** What stands at its end; null for nothing. */
  readonly name: string | null;
  /** Whether its value stands there too. */
  readonly valued: boolean;
  readonly points: readonly TimePoint[];
  readonly color: string;
  readonly dash: string | null;
  /** Background: what is noisy, or of another run. Strong: the one that is looked at. */
  readonly weight: "background" | "plain" | "strong";
}

export interface TimeBound {
  readonly value: number;
  readonly name: string;
  /** Where its name stands: above or below it, at which end. */
  readonly side: "above" | "below";
  readonly end: "left" | "right";
}

/** A single value, of a network that is changed for the moment. */
export interface TimeDot {
  readonly step: number;
  readonly value: number;
  readonly text: string;
}

export interface TimePanel {
  readonly key: string;
  readonly title: string;
  /** What more the title says where there is room. */
  readonly detail?: string;
  readonly height: number;
  readonly domain: readonly [low: number, high: number];
  readonly lines: readonly TimeLine[];
  readonly bounds: readonly TimeBound[];
  readonly format: (value: number) => string;
  /** What happened at a step, said beside its mark. */
  readonly note?: { readonly step: number; readonly text: string } | null;
  readonly dots?: readonly TimeDot[];
}

export interface TimeSteps {
  /** The axis' end. */
  readonly last: number;
  /** Where the values at the lines' ends are read: the step in focus, or null for their last. */
  readonly at: number | null;
}

export interface TimeLabel {
  readonly line: TimeLine;
  readonly y: number;
  readonly end: readonly [x: number, y: number];
  readonly text: string;
}

export interface PanelLayout {
  readonly panel: TimePanel;
  readonly titleY: number;
  readonly title: string;
  readonly top: number;
  readonly bottom: number;
  readonly y: ScaleLinear<number, number>;
  readonly ticks: readonly number[];
  readonly paths: readonly { readonly line: TimeLine; readonly points: readonly (readonly [number, number])[] }[];
  readonly labels: readonly TimeLabel[];
  /** Where the note stands: beside its step, where the fewest lines pass. */
  readonly note: {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    readonly anchor: "start" | "end";
  } | null;
  /** One for each line that has a value at the step in focus. */
  readonly marks: readonly { readonly line: TimeLine; readonly x: number; readonly y: number }[];
}

export interface TimeLayout {
  readonly x: ScaleLinear<number, number>;
  readonly stepTicks: readonly number[];
  readonly panels: readonly PanelLayout[];
  readonly height: number;
  readonly stepAt: (x: number) => number;
}

export const timeMargin = { left: 44, right: 78 };
/** Narrower, titles go without their details. */
const detailsFrom = 480;
const titleHeight = 24;
const gap = 14;
const axisHeight = 26;
const labelGap = 13;
/** How far a label may be moved from its line's end and still be seen to belong there. */
const farthestLabel = 22;
const noteSize = { width: 150, height: 14 };

export const timeHeight = (panels: readonly TimePanel[]): number =>
  panels.reduce((height, panel) => height + titleHeight + panel.height + gap, axisHeight - gap + 4);

export function timeLayout(panels: readonly TimePanel[], width: number, { last, at }: TimeSteps): TimeLayout {
  const right = Math.max(timeMargin.left + 40, width - timeMargin.right);
  const x = scaleLinear([0, Math.max(1, last)], [timeMargin.left, right]);
  let top = 0;
  const laidOut = panels.map((panel) => {
    const layout = panelLayout(panel, top, x, at, width >= detailsFrom);
    top = layout.bottom + gap;
    return layout;
  });
  return {
    x,
    stepTicks: x.ticks(Math.max(2, Math.floor((right - timeMargin.left) / 70))).filter(Number.isInteger),
    panels: laidOut,
    height: timeHeight(panels),
    stepAt: (px) => Math.max(0, Math.min(last, x.invert(px))),
  };
}

function panelLayout(
  panel: TimePanel,
  start: number,
  x: ScaleLinear<number, number>,
  at: number | null,
  inFull: boolean,
): PanelLayout {
  const top = start + titleHeight;
  const bottom = top + panel.height;
  const y = scaleLinear([...panel.domain], [bottom, top]).clamp(true);
  const drawn = panel.lines.filter(({ points }) => points.length > 0);
  const paths = drawn.map((line) => ({
    line,
    points: line.points.map(([step, value]) => [x(step), y(value)] as const),
  }));
  const marks = drawn.flatMap((line) => {
    const point = at === null ? null : pointAt(line.points, at);
    return point ? [{ line, x: x(point[0]), y: y(point[1]) }] : [];
  });
  return {
    panel,
    titleY: start + 14,
    title: inFull && panel.detail ? `${panel.title}: ${panel.detail}` : panel.title,
    top,
    bottom,
    y,
    ticks: y.ticks(2),
    paths,
    labels: labelsOf(panel, drawn, { x, y, top, bottom, at }),
    note: panel.note ? noteOf(panel.note, paths, { x, top, bottom }) : null,
    marks,
  };
}

interface Frame {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly top: number;
  readonly bottom: number;
  readonly at: number | null;
}

/** As many names as find room near their lines: those of strong lines first, then of the greatest values. */
function labelsOf(panel: TimePanel, lines: readonly TimeLine[], { x, y, top, bottom, at }: Frame): TimeLabel[] {
  const ends = lines
    .filter(({ name }) => name !== null)
    .map((line) => {
      const [step, value] = line.points.at(-1) as TimePoint;
      const read = at === null ? value : (pointAt(line.points, at)?.[1] ?? value);
      return { line, value, end: [x(step), y(value)] as const, read };
    });
  const rank = ({ line, value }: (typeof ends)[number]) => (line.weight === "plain" ? 0 : 1e6) + value;
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

  function place(labels: typeof ends): number[] {
    return dodge(
      labels.map(({ end }) => end[1]),
      labelGap,
      top,
      bottom,
    );
  }
}

function noteOf(
  { step, text }: { readonly step: number; readonly text: string },
  paths: PanelLayout["paths"],
  { x, top, bottom }: Pick<Frame, "x" | "top" | "bottom">,
): PanelLayout["note"] {
  const right = x.range()[1] ?? 0;
  const anchor = x(step) > right - noteSize.width ? "end" : "start";
  const side = anchor === "start" ? 1 : -1;
  const [from, to] = [x(step), x(step) + side * noteSize.width].sort((a, b) => a - b) as [number, number];
  const passing = paths.flatMap(({ points }) =>
    points.filter(([px]) => px >= from - 10 && px <= to + 10).map(([, py]) => py),
  );
  const levels = Array.from(
    { length: 7 },
    (_, i) => top + noteSize.height + ((bottom - top - noteSize.height - 4) * i) / 6,
  );
  const free = (level: number) => Math.min(30, ...passing.map((py) => Math.abs(py - (level - 5))));
  const y = levels.reduce((best, level) => (free(level) > free(best) ? level : best), levels[0] ?? top);
  return { text, x: x(step) + 7 * side, y, anchor };
}

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

/** A round number of steps that `step` fits into. */
export function roundSteps(step: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * unit >= step) ?? 10) * unit;
}
