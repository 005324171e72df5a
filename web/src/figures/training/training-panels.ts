/** What the charts over training show of a run: loss and accuracy against their bounds, and every head's scores. Pure. */
import type { TimeLine, TimePanel, TimePoint } from "../../charts/curves/time-panel";
import type { Checkpoint, Evaluation, HeadPlace, ModelInfo } from "../../compute/training/training-protocol";
import { headName, nats, percent, score } from "../../figure/trained/head-labels";
import { type Formation, headsOf, type ScoreName, scoresOf } from "./formation";
import type { RunHistory } from "./run-history";

export const otherScores = ["first token", "self", "distance", "local"] as const;
export type OtherScore = (typeof otherScores)[number];

export interface TrainingView {
  readonly info: Pick<ModelInfo, "floor" | "ceiling" | "guessing">;
  readonly history: RunHistory;
  /** A run before this one, and how it differs. */
  readonly before: { readonly name: string; readonly history: RunHistory } | null;
  readonly chosen: HeadPlace;
  readonly other: OtherScore;
  readonly formations: Readonly<Record<"induction" | "previousToken", Formation | undefined>>;
  /** With some heads switched off, at a step. */
  readonly ablated: { readonly step: number; readonly evaluation: Evaluation; readonly name: string } | null;
  readonly colorOf: (head: number) => string;
  readonly dashOf: (layer: number) => string | null;
  readonly ink: string;
  readonly soft: string;
  readonly sequence: number;
}

export function trainingPanels(view: TrainingView): TimePanel[] {
  const { formations } = view;
  return [
    lossPanel(view),
    accuracyPanel(view),
    headPanel(
      view,
      "induction",
      ["induction", "weight for the token that followed an earlier copy of the current one"],
      140,
      {
        note: noteOf(formations.induction),
      },
    ),
    headPanel(view, "previousToken", ["previous token", "weight for the previous token"], 116, {
      note: noteOf(formations.previousToken),
    }),
    headPanel(view, "entropy", ["entropy", "as a share of its maximum"], 110, {
      bounds: [
        { value: 1, name: "1: equal weights", side: "above" },
        { value: 0, name: "0: all weight on one token", side: "above" },
      ],
    }),
    otherPanel(view),
  ];
}

const noteOf = (formation: Formation | undefined) =>
  formation ? { step: formation.step, text: `${headName(formation)}, step ${formation.step}` } : null;

const pointsOf = (checkpoints: readonly Checkpoint[], value: (evaluation: Evaluation) => number): TimePoint[] =>
  checkpoints.map(({ step, evaluation }) => [step, value(evaluation)]);

/** A value of the run, noisy where it is trained on and steady where it is not, before the same of another run. */
function runLines(view: TrainingView, value: (of: { loss: number; accuracy: number }) => number): TimeLine[] {
  const { history, before, ink, soft } = view;
  const plain = { dash: null, color: soft } as const;
  return [
    ...(before
      ? [
          {
            key: "before",
            name: before.name,
            valued: false,
            points: pointsOf(before.history.checkpoints, value),
            weight: "plain",
            ...plain,
            dash: "6 3",
          } as const,
        ]
      : []),
    {
      key: "batches",
      name: null,
      valued: false,
      points: history.batches.map((batch) => [batch.step, value(batch)] as const),
      weight: "background",
      ...plain,
    },
    {
      key: "held out",
      name: "",
      valued: true,
      points: pointsOf(history.checkpoints, value),
      weight: "strong",
      dash: null,
      color: ink,
    },
  ];
}

function lossPanel(view: TrainingView): TimePanel {
  const { info, history, before, ablated } = view;
  const lines = runLines(view, ({ loss }) => loss);
  const highest = Math.max(
    info.guessing,
    ablated?.evaluation.loss ?? 0,
    ...history.checkpoints.map(({ evaluation }) => evaluation.loss),
    ...(before?.history.checkpoints.map(({ evaluation }) => evaluation.loss) ?? []),
  );
  return {
    key: "loss",
    title: "loss, nats",
    detail: "on held-out sequences",
    height: 140,
    domain: [0, 1.06 * highest],
    lines,
    bounds: [
      { value: info.guessing, name: `guessing: ${info.guessing.toFixed(2)}`, side: "below" },
      {
        value: info.floor,
        name: `floor: ${info.floor === 0 ? 0 : info.floor.toFixed(3)}`,
        side: "above",
      },
    ],
    format: nats,
    dots: ablated
      ? [
          {
            step: ablated.step,
            value: ablated.evaluation.loss,
            text: `${ablated.name}: ${nats(ablated.evaluation.loss)}`,
          },
        ]
      : [],
  };
}

function accuracyPanel(view: TrainingView): TimePanel {
  const { info, ablated } = view;
  return {
    key: "accuracy",
    title: "accuracy",
    height: 84,
    domain: [0, 1],
    lines: runLines(view, ({ accuracy }) => accuracy),
    bounds: [{ value: info.ceiling, name: `ceiling: ${percent(info.ceiling)}`, side: "below" }],
    format: percent,
    dots: ablated
      ? [
          {
            step: ablated.step,
            value: ablated.evaluation.accuracy,
            text: `${ablated.name}: ${percent(ablated.evaluation.accuracy)}`,
          },
        ]
      : [],
  };
}

function headLines(view: TrainingView, of: ScoreName): TimeLine[] {
  const { history, chosen, colorOf, dashOf } = view;
  return headsOf(history.checkpoints).map((place) => ({
    key: headName(place),
    name: headName(place),
    valued: true,
    points: scoresOf(history.checkpoints, place, of),
    color: colorOf(place.head),
    dash: dashOf(place.layer),
    weight: place.layer === chosen.layer && place.head === chosen.head ? "strong" : "plain",
  }));
}

function headPanel(
  view: TrainingView,
  of: ScoreName,
  [title, detail]: readonly [string, string],
  height: number,
  rest: Partial<TimePanel> = {},
): TimePanel {
  return {
    key: of,
    title,
    detail,
    height,
    domain: [0, 1],
    lines: [...highestBefore(view, of), ...headLines(view, of)],
    bounds: [],
    format: score,
    ...rest,
  };
}

/** Of a run before, the best head alone: whether it got there is what is compared. */
function highestBefore({ before, soft }: TrainingView, of: ScoreName): TimeLine[] {
  if (!before || (of !== "induction" && of !== "previousToken")) return [];
  const highest = (evaluation: Evaluation) => Math.max(...evaluation.heads.flat().map((head) => head[of]));
  const points = pointsOf(before.history.checkpoints, highest);
  return [{ key: "before", name: before.name, valued: false, points, color: soft, dash: "6 3", weight: "plain" }];
}

const others: Readonly<Record<OtherScore, { readonly of: ScoreName; readonly title: readonly [string, string] }>> = {
  "first token": { of: "firstToken", title: ["first token", "weight for the first token (a sink)"] },
  self: { of: "self", title: ["self", "weight of a token for itself"] },
  distance: { of: "meanDistance", title: ["distance, tokens", "mean distance to the keys, by weight"] },
  local: { of: "local", title: ["local", "weight within two tokens on both sides"] },
};

function otherPanel(view: TrainingView): TimePanel {
  const { of, title } = others[view.other];
  const panel = headPanel(view, of, title, 110);
  if (of !== "meanDistance") return { ...panel, key: "other" };
  const even = (view.sequence - 1) / 2 / 2;
  const highest = Math.max(even, ...panel.lines.flatMap(({ points }) => points.map(([, value]) => value)));
  return { ...panel, key: "other", domain: [0, 1.1 * highest], format: (value) => value.toFixed(1) };
}
