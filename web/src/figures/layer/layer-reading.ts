/** What the figure of a layer says. */
import { signed } from "../../charts/format";
import type { Point } from "../../figure/planes/points";
import type { Reading } from "../../figure/reading";
import type { PathStep } from "./layer-path";
import type { LayerState } from "./layer-state";

/** "1.20, −0.40" */
export const written = ({ x, y }: Point) => `${signed(x, 2)}, ${signed(y, 2)}`;

export function read(path: readonly PathStep[], { word }: Pick<LayerState, "word">): Reading {
  const [first, second, third] = path;
  if (!first || !second || !third) return { sentence: [""], exact: "" };
  return {
    sentence: [
      `“${word}” enters at (${written(first.from)}). Head 1 adds `,
      `(${written(first.added)})`,
      ", head 2 adds ",
      `(${written(second.added)})`,
      ", and the feed-forward layer adds ",
      `(${written(third.added)})`,
      `. It leaves at (${written(third.to)}).`,
    ],
    exact: "",
  };
}
