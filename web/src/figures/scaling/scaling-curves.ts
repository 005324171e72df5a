/** What the scaling figure draws over d_k, from the core's numbers and from theory. Pure. */
import type { Curve, CurveData, Theory } from "../../charts/curves/curve-layout";
import { count, reading, short } from "../../charts/format";
import type { ScaledSoftmax, ScalingResult, Spread } from "../../compute/lab";

export type Measure = "variance" | "weight" | "entropy" | "jacobian" | "gradient";
export type Way = "unscaled" | "scaled";

export const ways: readonly { readonly key: Way; readonly name: string; readonly in: string }[] = [
  { key: "unscaled", name: "without", in: "without the scale" },
  { key: "scaled", name: "with", in: "with it" },
];

/** The middle of a variance is its mean, which theory knows; that of what differs wildly between rows is the median. */
const median = ({ median: middle }: Spread) => middle;
const mean = ({ mean: middle }: Spread) => middle;

/** "0.984", "63.1", "4,110" */
export const threeDigits = (value: number) => (value >= 100 ? count(Math.round(value)) : value.toPrecision(3));

export const measures: Readonly<
  Record<
    Measure,
    {
      readonly title: string;
      readonly of: (softmax: ScaledSoftmax) => Spread;
      readonly middle: (spread: Spread) => number;
      readonly format: (value: number) => string;
      readonly y: (keys: number) => CurveData["y"];
    }
  >
> = {
  variance: {
    title: "variance of the logits",
    of: (softmax) => softmax.variance,
    middle: mean,
    format: threeDigits,
    y: () => ({ min: 0.25, max: 8192, log: true, ticks: [1, 10, 100, 1000], format: short }),
  },
  weight: {
    title: "largest weight of a row",
    of: (softmax) => softmax.largestWeight,
    middle: median,
    format: reading,
    y: () => ({ min: 0, max: 1, log: false, ticks: [0, 0.25, 0.5, 0.75, 1], format: String }),
  },
  entropy: {
    title: "entropy ÷ ln n",
    of: (softmax) => softmax.entropy,
    middle: median,
    format: reading,
    y: () => ({ min: 0, max: 1, log: false, ticks: [0, 0.25, 0.5, 0.75, 1], format: String }),
  },
  jacobian: {
    title: "||∂weights/∂logits||",
    of: (softmax) => softmax.jacobian,
    middle: median,
    format: reading,
    y: () => ({ min: 1e-8, max: 1, log: true, ticks: [1e-8, 1e-6, 1e-4, 1e-2, 1], format: short }),
  },
  gradient: {
    title: "||∂loss/∂logits||",
    of: (softmax) => softmax.gradient,
    middle: median,
    format: reading,
    y: () => ({ min: 1e-8, max: 1, log: true, ticks: [1e-8, 1e-6, 1e-4, 1e-2, 1], format: short }),
  },
};

const [least, most] = [1, 4096];
const level = (y: number): Theory["points"] => [
  [least, y],
  [most, y],
];

/** Lines known without measuring, for n keys. */
export function theoryOf(measure: Measure, n: number): Theory[] {
  switch (measure) {
    case "variance":
      return [
        {
          label: "theory: d_k",
          points: [
            [least, least],
            [most, most],
          ],
          at: "above",
        },
        { label: "theory: 1", points: level(1), at: "above" },
      ];
    case "weight":
      return [{ label: `1/${n}`, points: level(1 / n), at: "margin" }];
    case "entropy":
      // ln Σ exp s → ln n + ½ and Σ p s → 1 over many standard normal logits s.
      return [{ label: "(ln n − ½) ÷ ln n", points: level(1 - 0.5 / Math.log(n)), at: "below" }];
    case "jacobian":
      return [
        { label: "≤ ½", points: level(0.5), at: "margin" },
        { label: `√${n - 1}/${n}`, points: level(Math.sqrt(n - 1) / n), at: "margin" },
      ];
    case "gradient":
      return [];
  }
}

/** `results` by increasing d_k, as far as they are there; `present` is the one that is marked. */
export function curveData(
  measure: Measure,
  results: readonly (readonly [dim: number, result: ScalingResult])[],
  present: readonly [dim: number, result: ScalingResult],
  n: number,
): CurveData {
  const { of, middle, y } = measures[measure];
  const curve = ({ key, name }: (typeof ways)[number]): Curve => ({
    name,
    points: results.map(([dim, result]) => {
      const spread = of(result[key]);
      return { x: dim, y: middle(spread), low: spread.low, high: spread.high };
    }),
    present: middle(of(present[1][key])),
  });
  return {
    x: { min: least, max: most, ticks: [1, 4, 16, 64, 256, 1024, 4096], format: String },
    y: y(n),
    curves: ways.map(curve),
    theory: theoryOf(measure, n),
    present: present[0],
  };
}
