import { beforeAll, describe, expect, test } from "vitest";
import { Engine } from "../../web/src/compute/engine";
import { loadHeed } from "../../web/src/compute/heed";
import { labelAt, planeOf, thickness } from "../../web/src/figure/planes/plane";
import { type Point, placed, reach } from "../../web/src/figure/planes/points";
import { lookUp } from "../../web/src/figures/look-up/look-up";
import { convexHull, endOfLine, footOnQuery } from "../../web/src/figures/look-up/look-up-layout";
import { type LookUpState, lookUpSettings } from "../../web/src/figures/look-up/look-up-state";
import { writtenProduct } from "../../web/src/figures/look-up/look-up-table";
import { defaultsOf, fromSettingsSearch, toSettingsSearch } from "../../web/src/model/settings";
import { fakePool } from "./fake-pool";

const defaults = defaultsOf(lookUpSettings);

/** Numbers without pattern: the fractional parts of multiples of the golden ratio. */
const scattered = (i: number) => ((i * 0.6180339887) % 1) * 2 - 1;
const somewhere = (i: number): Point => placed({ x: reach.x * scattered(i), y: reach.y * scattered(3 * i + 1) });
const anyState = (seed: number): LookUpState => ({
  count: 2 + (seed % 7),
  temperature: [0.1, 1, 7][seed % 3] as number,
  query: somewhere(seed),
  keys: Array.from({ length: 8 }, (_, i) => somewhere(31 * seed + i)),
  values: Array.from({ length: 8 }, (_, i) => somewhere(57 * seed + 11 * i)),
});
const states = Array.from({ length: 40 }, (_, seed) => anyState(seed));

/** How far outside a convex polygon a point is at most, by any of its edges; 0 and less is inside. */
function distanceOutside(point: Point, corners: readonly Point[]): number {
  const distances = corners.map((a, i) => {
    const b = corners[(i + 1) % corners.length] as Point;
    const cross = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
    return -cross / (Math.hypot(b.x - a.x, b.y - a.y) || 1);
  });
  return Math.max(...distances);
}

describe("the numbers of the figure", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = new Engine(fakePool(await loadHeed()));
  });

  test("weights are above 0 and add up to 1", async () => {
    for (const state of states) {
      const { weights } = await lookUp(engine, { ...state, temperature: Math.max(1, state.temperature) });
      expect(Math.min(...weights)).toBeGreaterThan(0);
      // Up to eight numbers rounded to float32, each within 6e-8.
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    }
  });

  test("the output lies within the hull of the values", async () => {
    for (const state of states) {
      const { output } = await lookUp(engine, state);
      const corners = convexHull(state.values.slice(0, state.count));
      expect(distanceOutside(output, corners)).toBeLessThan(1e-6);
    }
  });

  test("a score is the dot product that is written out, and scaled it is divided by √2 and the temperature", async () => {
    for (const state of states) {
      const { scores, scaled } = await lookUp(engine, state);
      for (const [i, score] of scores.entries()) {
        const factors = writtenProduct(state.query, state.keys[i] as Point)
          .replaceAll("−", "-")
          .match(/-?\d+\.\d\d/g)
          ?.map(Number) as [number, number, number, number];
        // float32 keeps 24 bits of numbers up to 13.
        expect(score).toBeCloseTo(factors[0] * factors[1] + factors[2] * factors[3], 5);
        expect(scaled[i]).toBeCloseTo(score / (Math.SQRT2 * state.temperature), state.temperature < 1 ? 4 : 5);
      }
    }
  });

  test("a moved key changes the weights, a moved value the output alone", async () => {
    const before = await lookUp(engine, defaults);
    const moved = (points: readonly Point[]) => points.map((at, i) => (i === 0 ? { x: -at.x, y: at.y } : at));
    const withKey = await lookUp(engine, { ...defaults, keys: moved(defaults.keys) });
    expect(withKey.weights).not.toEqual(before.weights);
    const withValue = await lookUp(engine, { ...defaults, values: moved(defaults.values) });
    expect(withValue.weights).toEqual(before.weights);
    expect(withValue.output).not.toEqual(before.output);
  });

  test("a query at the origin returns the mean of the values", async () => {
    const { weights, output } = await lookUp(engine, { ...defaults, query: { x: 0, y: 0 } });
    expect([...weights]).toEqual([0.25, 0.25, 0.25, 0.25]);
    const mean = (pick: (point: Point) => number) =>
      defaults.values.slice(0, 4).reduce((sum, point) => sum + pick(point), 0) / 4;
    expect(output.x).toBeCloseTo(
      mean(({ x }) => x),
      6,
    );
    expect(output.y).toBeCloseTo(
      mean(({ y }) => y),
      6,
    );
  });

  test("cold enough, it returns the best key’s value, as a hard look-up does", async () => {
    const { output } = await lookUp(engine, { ...defaults, temperature: 0.01 });
    expect(output.x).toBeCloseTo(defaults.values[0]?.x as number, 6);
    expect(output.y).toBeCloseTo(defaults.values[0]?.y as number, 6);
  });

  test("a query twice as long is half the temperature", async () => {
    const query = { x: 0.7, y: -0.4 };
    const long = await lookUp(engine, { ...defaults, query: { x: 1.4, y: -0.8 } });
    const cold = await lookUp(engine, { ...defaults, query, temperature: 0.5 });
    for (const [i, weight] of long.weights.entries()) expect(cold.weights[i]).toBeCloseTo(weight, 6);
  });
});

describe("where points are kept", () => {
  test("a state and its address are each other’s inverse, short where little was moved", () => {
    const moved = { ...defaults, keys: defaults.keys.map((key, i) => (i === 1 ? { x: -0.25, y: 1 } : key)) };
    for (const state of [defaults, moved, ...states]) {
      const search = toSettingsSearch(lookUpSettings, state, "look-up-");
      expect(fromSettingsSearch(lookUpSettings, search, "look-up-", defaults)).toEqual({ state, problems: [] });
    }
    expect(toSettingsSearch(lookUpSettings, defaults, "look-up-")).toBe("");
    expect(toSettingsSearch(lookUpSettings, moved, "look-up-")).toBe("?look-up-keys=2.1,0.5,-0.25,1");
  });

  test("points out of reach, halves of points and words are named", () => {
    for (const text of ["4,0", "1", "1,2,3", "one,two", "1,", Array(18).fill(1).join()]) {
      const search = `?look-up-keys=${text}&look-up-query=${text === "1," ? "NaN,1" : text}`;
      const { state, problems } = fromSettingsSearch(lookUpSettings, search, "look-up-", defaults);
      expect(state).toEqual(defaults);
      expect(problems).toHaveLength(2);
    }
    expect(lookUpSettings.keys.parse("9,9")).toEqual({
      problem: "keys is at most 8 points x,y with x from −3 to 3 and y from −2 to 2, not “9,9”",
    });
  });

  test("points are kept to hundredths and within reach", () => {
    expect(placed({ x: 1.23456, y: -9 })).toEqual({ x: 1.23, y: -2 });
    expect(Object.is(placed({ x: -0.001, y: 0 }).x, 0)).toBe(true);
  });
});

describe("the planes", () => {
  test("show all that is within reach, evenly in both directions", () => {
    const plane = planeOf(350);
    for (const x of [-reach.x, reach.x])
      for (const y of [-reach.y, reach.y]) {
        const pixels = plane.toPixels({ x, y });
        expect(pixels.x).toBeGreaterThan(0);
        expect(pixels.x).toBeLessThan(plane.width);
        expect(pixels.y).toBeGreaterThan(0);
        expect(pixels.y).toBeLessThan(plane.height);
      }
    const [origin, right, up] = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ].map(plane.toPixels) as [Point, Point, Point];
    expect(right.x - origin.x).toBeCloseTo(origin.y - up.y, 9);
  });

  test("the foot of a key is where its perpendicular meets the query’s line", () => {
    for (const state of states) {
      const key = state.keys[0] as Point;
      const foot = footOnQuery(key, state.query);
      expect((key.x - foot.x) * state.query.x + (key.y - foot.y) * state.query.y).toBeCloseTo(0, 9);
      expect(foot.x * state.query.y - foot.y * state.query.x).toBeCloseTo(0, 9);
    }
    expect(footOnQuery({ x: 1, y: 1 }, { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
  });

  test("the query’s line ends at the edge of the plane", () => {
    for (const { query } of states) {
      const end = planeOf(520).toPixels(endOfLine(query));
      const edges = [end.x, 520 - end.x, end.y, planeOf(520).height - end.y];
      expect(Math.min(...edges)).toBeCloseTo(0, 6);
    }
    expect(endOfLine({ x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
    expect(endOfLine({ x: 0, y: -1 }).x).toBeCloseTo(0, 9);
  });

  test("the hull holds all points and has its corners among them", () => {
    for (const { values } of states) {
      const corners = convexHull(values);
      for (const point of values) expect(distanceOutside(point, corners)).toBeLessThan(1e-9);
      for (const corner of corners) expect(values).toContain(corner);
    }
    const square = [0, 1].flatMap((x) => [0, 1].map((y) => ({ x, y })));
    expect(convexHull([...square, { x: 0.5, y: 0.5 }, { x: 0.5, y: 0 }])).toHaveLength(4);
    expect(
      convexHull([
        { x: 0, y: 0 },
        { x: 2, y: 2 },
        { x: 1, y: 1 },
      ]),
    ).toHaveLength(2);
  });

  test("names stay within the plane, wherever their points are", () => {
    for (const width of [260, 350, 520]) {
      const plane = planeOf(width);
      for (let i = 0; i < 200; i++) {
        const lines = i % 2 ? ["value 3"] : ["value 3", "hard look-up"];
        const { x, y, anchor } = labelAt(somewhere(i), somewhere(7 * i), plane, lines, 20);
        const room = Math.max(...lines.map((line) => line.length)) * 7;
        const left = anchor === "start" ? x : anchor === "end" ? x - room : x - room / 2;
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + room).toBeLessThanOrEqual(plane.width);
        expect(y).toBeGreaterThan(8);
        expect(y + 14 * (lines.length - 1)).toBeLessThan(plane.height);
      }
    }
  });

  test("a heavier line is thicker, and one without weight still there", () => {
    expect(thickness(0)).toBeGreaterThan(0);
    expect(thickness(1) - thickness(0.5)).toBeCloseTo(thickness(0.5) - thickness(0), 9);
  });
});
