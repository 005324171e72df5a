/** The charts of the figure: accuracy in training, and when the network writes. Pure. */
import type { TimeLine, TimePanel } from "../../charts/curves/time-panel";
import { percent } from "../../figure/trained/head-labels";
import type { Leak, LeakPoint } from "./leak-run";

export function leakPanels({ info, tracks }: Leak, colors: readonly string[]): TimePanel[] {
  const lines = (value: (point: LeakPoint) => number | undefined): TimeLine[] =>
    tracks.map(({ points }, i) => ({
      key: i === 0 ? "masked" : "unmasked",
      name: i === 0 ? "mask" : "none",
      valued: true,
      points: points.flatMap((point) => {
        const at = value(point);
        return at === undefined ? [] : [[point.step, at] as const];
      }),
      color: colors[i] ?? "",
      dash: i === 0 ? null : "6 3",
      weight: "strong",
    }));
  const panel = (
    key: string,
    title: string,
    detail: string,
    of: (point: LeakPoint) => number | undefined,
  ): TimePanel => ({
    key,
    title,
    detail,
    height: 150,
    domain: [0, 1],
    lines: lines(of),
    bounds: [{ value: 1 / info.vocabulary.length, name: "guessing", side: "above" }],
    format: percent,
  });
  return [
    panel("training", "accuracy in training", "the whole text is in the batch", ({ accuracy }) => accuracy),
    panel("writing", "accuracy in writing", "the text so far, and nothing after it", ({ writing }) => writing),
  ];
}
