/** The numbers of a run of training: what is drawn over time, and what outlives the session they came from. Pure. */
import type { Checkpoint, StepReport } from "../../compute/training/training-protocol";

export type BatchPoint = Pick<StepReport, "step" | "loss" | "accuracy">;

export interface RunHistory {
  /** Of the batches trained on: noisy, and thinned as they grow many. */
  readonly batches: readonly BatchPoint[];
  /** Of the held-out sequences, the oldest first. */
  readonly checkpoints: readonly Checkpoint[];
  /** Where the loss ran away, and what it was. */
  readonly ranAway: readonly BatchPoint[];
}

export const emptyHistory: RunHistory = { batches: [], checkpoints: [], ranAway: [] };

const mostBatches = 400;
const mostCheckpoints = 400;

/** Every other one and the last. */
const halved = <T>(items: readonly T[]): T[] => items.filter((_, i) => i % 2 === 0 || i === items.length - 1);

export function withBatch(history: RunHistory, { step, loss, accuracy }: BatchPoint): RunHistory {
  if (!Number.isFinite(loss)) return history;
  const before = history.batches.filter((point) => point.step < step);
  const batches = [...before, { step, loss, accuracy }];
  return { ...history, batches: batches.length > mostBatches ? halved(batches) : batches };
}

/** Checkpoints that are given take the place of those at and after the first of them. */
export function withCheckpoints(history: RunHistory, kept: readonly Checkpoint[]): RunHistory {
  const [first] = kept;
  if (!first) return history;
  const before = history.checkpoints.filter(({ step }) => step < first.step);
  const checkpoints = [...before, ...kept];
  return { ...history, checkpoints: checkpoints.length > mostCheckpoints ? halved(checkpoints) : checkpoints };
}

/** What is left when training ran away and the network is back at `step`. */
export function backAt(history: RunHistory, step: number, ranAway: BatchPoint | undefined): RunHistory {
  const upTo = <T extends { readonly step: number }>(points: readonly T[]) =>
    points.filter((point) => point.step <= step);
  return {
    batches: upTo(history.batches),
    checkpoints: upTo(history.checkpoints),
    ranAway: ranAway ? [...history.ranAway.slice(-4), ranAway] : history.ranAway,
  };
}

export const lastStep = ({ batches, checkpoints }: RunHistory): number =>
  Math.max(0, batches.at(-1)?.step ?? 0, checkpoints.at(-1)?.step ?? 0);

/** The checkpoint nearest to a step, the newest where `step` is null. */
export function checkpointAt(checkpoints: readonly Checkpoint[], step: number | null): Checkpoint | undefined {
  if (step === null) return checkpoints.at(-1);
  return checkpoints.reduce<Checkpoint | undefined>(
    (best, each) => (best && Math.abs(best.step - step) <= Math.abs(each.step - step) ? best : each),
    undefined,
  );
}
