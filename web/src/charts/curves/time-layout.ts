/** Charts over training, one above the other on one axis of steps, so that what happens at once stands in one line. Pure. */

import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { TimeLine, TimePanel } from "./time-panel";
import {
  boundNames,
  dotTexts,
  labelsOf,
  noteOf,
  obstaclesOf,
  type PlacedText,
  pointAt,
  type TimeLabel,
} from "./time-texts";

export interface TimeSteps {
  /** The axis' end. */
  readonly last: number;
  /** Where the values at the lines' ends are read: the step in focus, or null for their last. */
  readonly at: number | null;
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
  readonly note: PlacedText | null;
  readonly bounds: readonly (PlacedText & { readonly lineY: number })[];
  readonly dots: readonly { readonly x: number; readonly y: number; readonly text: PlacedText }[];
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

export const timeHeight = (panels: readonly TimePanel[]): number =>
  panels.reduce((height, panel) => height + titleHeight + panel.height + gap, axisHeight - gap + 4);

export function timeLayout(panels: readonly TimePanel[], width: number, { last, at }: TimeSteps): TimeLayout {
  const right = Math.max(timeMargin.left + 40, width - timeMargin.right);
  const x = scaleLinear([0, Math.max(1, last)], [timeMargin.left, right]);
  let top = 0;
  const laidOut = panels.map((panel) => {
    const layout = panelLayout(panel, top, x, at, width);
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
  width: number,
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
  const frame = { x, y, top, bottom, width };
  const labels = labelsOf(panel, drawn, at, frame);
  const obstacles = obstaclesOf(paths, labels);
  return {
    panel,
    titleY: start + 14,
    title: width >= detailsFrom && panel.detail ? `${panel.title}: ${panel.detail}` : panel.title,
    top,
    bottom,
    y,
    ticks: y.ticks(2),
    paths,
    labels,
    note: panel.note ? noteOf(panel.note, obstacles, frame) : null,
    bounds: boundNames(panel.bounds, obstacles, frame),
    dots: dotTexts(panel.dots ?? [], frame),
    marks,
  };
}

/** A round number of steps that `step` fits into. */
export function roundSteps(step: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * unit >= step) ?? 10) * unit;
}
