/** Points in the plane that a reader can move, and how a figure's settings write them. */
import { type Parsed, quote } from "../../model/fields";
import type { Setting } from "../../model/settings";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The part of the plane that points may be in, around the origin. */
export const reach: Point = { x: 3, y: 2 };

/** To hundredths, which is finer than a pixel, and within reach. */
export const placed = ({ x, y }: Point): Point => ({ x: within(x, reach.x), y: within(y, reach.y) });
// Adding 0 turns −0 into 0.
const within = (value: number, most: number) => Math.round(Math.min(most, Math.max(-most, value)) * 100) / 100 + 0;

/** Points as "1.2,0.4,-1,0.75". What is left out at the end stays as it is by default, and is left out in writing. */
export function pointsSetting(key: string, defaults: readonly Point[]): Setting<readonly Point[]> {
  return { default: defaults, parse: (text) => parsePoints(key, text, defaults), format: formatPoints(defaults) };
}

function parsePoints(key: string, text: string, defaults: readonly Point[]): Parsed<readonly Point[]> {
  const numbers = text.trim() === "" ? [] : text.split(",").map((part) => (part.trim() ? Number(part) : Number.NaN));
  const given = Array.from({ length: numbers.length / 2 }, (_, i) => ({
    x: numbers[2 * i] as number,
    y: numbers[2 * i + 1] as number,
  }));
  const fits = numbers.length % 2 === 0 && given.length <= defaults.length && given.every(isWithinReach);
  if (fits) return { value: defaults.map((point, i) => (given[i] ? placed(given[i]) : point)) };
  const points = defaults.length === 1 ? "a point" : `at most ${defaults.length} points`;
  return {
    problem: `${key} is ${points} x,y with x from −${reach.x} to ${reach.x} and y from −${reach.y} to ${reach.y}, not “${quote(text)}”`,
  };
}

const isWithinReach = ({ x, y }: Point) => Math.abs(x) <= reach.x && Math.abs(y) <= reach.y;

const formatPoints = (defaults: readonly Point[]) => (points: readonly Point[]) => {
  const moved = points.map(({ x, y }, i) => x !== defaults[i]?.x || y !== defaults[i]?.y);
  return points
    .slice(0, moved.lastIndexOf(true) + 1)
    .map(({ x, y }) => `${x},${y}`)
    .join();
};

export function pointSetting(key: string, start: Point): Setting<Point> {
  const { parse, format } = pointsSetting(key, [start]);
  return {
    default: start,
    parse: (text) => {
      const parsed = parse(text);
      return "problem" in parsed ? parsed : { value: parsed.value[0] ?? start };
    },
    format: (point) => format([point]),
  };
}

export const points = (...numbers: readonly (readonly [number, number])[]) => numbers.map(([x, y]) => ({ x, y }));
