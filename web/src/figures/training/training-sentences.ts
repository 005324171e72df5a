/** What the figure of training says: of a place in a map, of what has happened, of how far it is. Pure. */
import { exact, reading, shareInWords } from "../../charts/format";
import type { HeadScores, ModelInfo } from "../../compute/training/training-protocol";
import type { Reading } from "../../figure/reading";
import { headName, nats, percent, score } from "../../figure/trained/head-labels";
import type { Place } from "../../model/place";
import { type Formation, labelValue } from "./formation";
import type { MapView } from "./moment";
import type { StoredRun } from "./stored-run";
import { counted } from "./training-state";

/** "Query 20 “k” gives key 7 “m” a weight of 0.93 …; then it says “m” comes next: right, p = 0.98." */
export function readTraining(
  { inspection, example, vocabulary, head }: MapView,
  { query, key }: Place,
): Reading | null {
  const map = inspection.maps[head.layer]?.[head.head];
  const tokens = example.tokens;
  if (!map || query >= tokens.length) return null;
  const name = (index: number) => `${index} “${vocabulary[tokens[index] ?? -1] ?? "?"}”`;
  const visible = map.visibleKeys[query] ?? 0;
  const said = sayNext({ inspection, example, vocabulary }, query);
  const spread = `entropy of query ${query}: ${exact(map.entropy[query] ?? 0)} nats of at most ln ${visible}`;
  if (key === null || key >= visible)
    return {
      sentence: ["", `Query ${name(query)}`, " does not see later tokens: they are masked. ", ...said],
      exact: spread,
    };
  const weight = map.weights[query * map.keys + key] ?? 0;
  const why = key > 0 && tokens[key - 1] === tokens[query] ? ", which follows an earlier copy of the query" : "";
  return {
    sentence: [
      "Query ",
      name(query),
      " gives key ",
      name(key),
      " a weight of ",
      reading(weight),
      `, ${visible === 1 ? "the only key it sees" : shareInWords(weight * visible)}${why}. `,
      ...said,
    ],
    exact: `weight ${exact(weight)} · ${spread}`,
  };
}

/** Begins with an emphasised part's neighbour: strings at odd positions are emphasised after an even number before. */
function sayNext(
  { inspection, example, vocabulary }: Pick<MapView, "inspection" | "example" | "vocabulary">,
  query: number,
): string[] {
  const target = example.targets[query] ?? -1;
  const predicted = inspection.predictions[query] ?? -1;
  if (target < 0) return ["", "The next token is not predicted here."];
  const p = reading(inspection.probabilities[query * vocabulary.length + target] ?? 0);
  const said = `“${vocabulary[predicted] ?? "?"}”`;
  return predicted === target
    ? [said, ` is the prediction for the next token, and it is right. Its probability is `, p, "."]
    : [
        said,
        ` is the prediction for the next token, but the next token is “${vocabulary[target] ?? "?"}”, whose probability is `,
        p,
        ".",
      ];
}

/** "induction 0.93, entropy 0.12" */
export function scoresInWords(scores: HeadScores): string {
  const { label } = scores;
  const value = score(labelValue(scores));
  const words = labelWords[label];
  return words ? `${words} ${value}` : `${label}: entropy ${value} of 1`;
}

/** Of labels that a share of attention stands for. */
const labelWords: Readonly<Partial<Record<HeadScores["label"], string>>> = {
  induction: "induction",
  "previous token": "to the token before",
  self: "to itself",
  "first token": "to the first token",
  local: "within two tokens",
};

/** "Head 2.1 became an induction head at step 120: from 0.08 to 0.85 in 50 steps." */
export function formationInWords(formation: Formation, what: string): string {
  const { step, begin, end, from, to } = formation;
  return `Head ${headName(formation)} became ${what} at step ${step}: from ${score(from)} to ${score(to)} in ${counted(end - begin, "step")}.`;
}

export interface Situation {
  readonly info: Pick<ModelInfo, "options" | "floor" | "ceiling" | "guessing">;
  readonly step: number;
  readonly loss: number | undefined;
  readonly accuracy: number | undefined;
  readonly induction: Formation | undefined;
  readonly previous: Formation | undefined;
}

/** Steps after which a network that learns is better than guessing. */
const patience = 100;

/** What has come of training, in a sentence or two. */
export function storyOf({ info, step, loss, accuracy, induction, previous }: Situation): string {
  if (step === 0 || loss === undefined || accuracy === undefined)
    return "The weights are random: nothing has been learnt yet. Press play and watch the heads.";
  if (step > patience && loss > 0.97 * info.guessing)
    return `The loss is ${nats(loss)}, no better than guessing: the learning rate may be too high.`;
  const formed = [
    ...(previous ? [{ ...previous, what: "a previous-token head" }] : []),
    ...(induction ? [{ ...induction, what: "an induction head" }] : []),
  ].sort((a, b) => a.step - b.step);
  const reached = `Accuracy is ${percent(accuracy)} of at most ${percent(info.ceiling)}`;
  if (formed.length === 0) return `${reached}; no head gives half of its weight to one kind of token yet.`;
  return formed.map(({ what, ...formation }) => formationInWords(formation, what)).join(" ");
}

/** For screen readers, at a slow pace. */
export function summaryOf(situation: Situation): string {
  const { info, step, loss, accuracy } = situation;
  if (loss === undefined || accuracy === undefined) return "";
  return `Step ${step}: loss ${nats(loss)} of at least ${nats(info.floor)}, accuracy ${percent(accuracy)} of at most ${percent(info.ceiling)}. ${storyOf(situation)}`;
}

/** "induction, 2 layers of 4 heads, step 400, kept 5 minutes ago" */
export function keptInWords({ state, step, time }: StoredRun, now: number): string {
  const network = `${counted(state.layers, "layer")} of ${counted(state.heads, "head")}`;
  return `${state.task}, ${network}, step ${step}, kept ${ago(now - time)}`;
}

function ago(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return "a moment ago";
  if (minutes < 60) return `${counted(minutes, "minute")} ago`;
  return minutes < 48 * 60
    ? `${counted(Math.round(minutes / 60), "hour")} ago`
    : `${counted(Math.round(minutes / 1440), "day")} ago`;
}
