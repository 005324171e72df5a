/** What the figure of the soft look-up shows: a query, keys and values as points in the plane. */
import { type Point, pointSetting, points, pointsSetting } from "../../figure/planes/points";
import { bySecondDigit } from "../../model/fields";
import { numberSetting, type Settings } from "../../model/settings";

export interface LookUpState {
  /** How many of the keys and values there are at the moment; the others wait. */
  readonly count: number;
  readonly temperature: number;
  readonly query: Point;
  readonly keys: readonly Point[];
  readonly values: readonly Point[];
}

/** Keys and values are named by these words, first those of the sentence that runs through the article. */
export const words = ["river", "rose", "over", "bank", "the", "boat", "rain", "sea"] as const;

const mostKeys = words.length;

/** "“river”" */
export const wordOf = (index: number) => `“${words[index] ?? ""}”`;

export const lookUpSettings: Settings<LookUpState> = {
  count: numberSetting("count", { default: 4, min: 2, max: mostKeys, label: "keys" }),
  temperature: numberSetting("temperature", { default: 1, min: 0.01, max: 10, whole: false, step: bySecondDigit }),
  query: pointSetting("query", { x: 1.4, y: 1.1 }),
  keys: pointsSetting(
    "keys",
    points([2.1, 0.5], [0.2, 1.6], [-1.8, 0.4], [0.6, -1.4], [-1.1, 1.3], [-0.9, -1.2], [2.2, -0.8], [1.2, 1.7]),
  ),
  values: pointsSetting(
    "values",
    points([-1.9, 1.2], [1.3, 1.5], [2.2, -0.7], [-0.8, -1.5], [0.3, 0.2], [-2.4, -0.4], [2.6, 0.9], [0.9, -1.7]),
  ),
};
