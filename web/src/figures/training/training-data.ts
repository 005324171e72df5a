/** The numbers of a run and of the moment that is looked at, named, for tables and for taking away. */
import type { Evaluation } from "../../compute/training/training-protocol";
import { headName } from "../../figure/trained/head-labels";
import type { DataAxis, FigureData } from "../../model/figure-data";
import type { ScoreName } from "./formation";
import type { Moment } from "./moment";

const scoreNames: readonly ScoreName[] = [
  "previousToken",
  "induction",
  "firstToken",
  "self",
  "meanDistance",
  "local",
  "entropy",
];

export function trainingData({ run, example, inspection }: Moment): FigureData[] {
  const { checkpoints } = run.history;
  const { vocabulary } = run.info;
  // Of the network and not of its checkpoints: a model from a file may have none.
  const places = inspection.maps.flatMap((row, layer) => row.map((_, head) => ({ layer, head })));
  const steps = axis(
    "step",
    checkpoints.map(({ step }) => String(step)),
  );
  const heads = axis("head", places.map(headName));
  const tokens = example.tokens.map((token, i) => `${i} ${vocabulary[token] ?? ""}`);
  const score = (evaluation: Evaluation, name: ScoreName) =>
    places.map(({ layer, head }) => evaluation.heads[layer]?.[head]?.[name] ?? Number.NaN);
  const overTraining: FigureData[] = [
    {
      name: "Held-out sequences over training",
      values: checkpoints.flatMap(({ evaluation }) => [evaluation.loss, evaluation.accuracy]),
      axes: [steps, axis("", ["loss", "accuracy"])],
    },
    ...scoreNames.map((name) => ({
      name: `Heads over training: ${name}`,
      values: checkpoints.flatMap(({ evaluation }) => score(evaluation, name)),
      axes: [steps, heads],
    })),
  ];
  return [
    ...(checkpoints.length > 0 ? overTraining : []),
    {
      name: `Attention weights at step ${inspection.step}`,
      values: inspection.maps.flat().flatMap(({ weights }) => Array.from(weights)),
      axes: [heads, axis("query", tokens), axis("key", tokens)],
    },
    {
      name: `Probability of the next token at step ${inspection.step}`,
      values: inspection.probabilities,
      axes: [axis("token", tokens), axis("next", vocabulary)],
    },
  ];
}

const axis = (name: string, labels: readonly string[]): DataAxis => ({ name, size: labels.length, labels });
