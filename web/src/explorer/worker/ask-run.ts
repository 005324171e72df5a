/** What a run of a text is asked. */
import {
  type HeadWeights,
  type Run,
  type WeightDifference,
  weightDifference,
  weightsBetweenGroups,
} from "../../models/models";
import type { Reading } from "./encode-text";
import type { HeadOrMean, Prediction, TaskMessage, Tasks } from "./protocol";

type AskedOfPlainRun = Extract<
  TaskMessage,
  { name: "values" | "layer" | "groups" | "similarity" | "query" | "explain" | "rollout" | "effects" }
>;

export async function askRun(run: Run, task: AskedOfPlainRun): Promise<Tasks[AskedOfPlainRun["name"]]["result"]> {
  switch (task.name) {
    case "values": {
      const { layer, head, which, kind } = task.request;
      return run.pairValues(layer, head, which, kind);
    }
    case "layer": {
      const { layer, block, kind } = task.request;
      return run.reports(layer, block, kind);
    }
    case "groups": {
      const { queryGroups, keyGroups } = task.request;
      return weightsBetweenGroups(headOf(run, task.request).weights, queryGroups, keyGroups);
    }
    case "similarity": {
      const { layer, to, kind } = task.request;
      return run.divergenceFromHead(layer, to, kind);
    }
    case "query": {
      const { layer, query, kind } = task.request;
      return run.weightsOfQuery(layer, query, kind);
    }
    case "explain": {
      const { layer, head, query, key, kind } = task.request;
      return run.explain(layer, head, query, key, kind);
    }
    case "rollout": {
      const { position, keyGroups, kind } = task.request;
      return weightsBetweenGroups(run.rollout(position, kind), [0], keyGroups);
    }
    case "effects": {
      const { position, token, other } = task.request;
      return run.directEffects(position, token, other ?? undefined);
    }
  }
}

export const headOf = (run: Run, { layer, head, kind }: HeadOrMean): HeadWeights =>
  head === null ? run.meanOfHeads(layer, kind) : run.head(layer, head, kind);

export const differenceOf = (run: Run, other: Run, place: HeadOrMean): Promise<WeightDifference> =>
  weightDifference(headOf(run, place).weights, headOf(other, place).weights);

export function predictionsOf(
  run: Run,
  { model, reader }: Reading,
  layer: number,
  position: number,
  which: number | readonly number[],
): Prediction[] {
  const nameOf = model.info.predicts === "classes" ? (id: number) => `class ${id}` : (id: number) => reader.nameOf(id);
  return run.predictions(layer, position, which).map((each) => ({ ...each, name: nameOf(each.id) }));
}

/** Before the first layer and after each. */
export const lensOf = (run: Run, reading: Reading, { position, count }: Tasks["lens"]["request"]): Prediction[][] =>
  Array.from({ length: reading.model.info.layers + 1 }, (_, layer) =>
    predictionsOf(run, reading, layer, position, count),
  );
