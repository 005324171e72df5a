/** When heads become what they are: their scores over training, and the rises that the core finds in them. Pure. */
import type { Checkpoint, HeadPlace, HeadScores, Rise } from "../../compute/training/training-protocol";

export type ScoreName = Exclude<keyof HeadScores, "label">;

export interface Formation extends HeadPlace, Rise {}

/** A head's score at every checkpoint. */
export const scoresOf = (
  checkpoints: readonly Checkpoint[],
  { layer, head }: HeadPlace,
  score: ScoreName,
): (readonly [step: number, score: number])[] =>
  checkpoints.flatMap(({ step, evaluation }) => {
    const scores = evaluation.heads[layer]?.[head];
    return scores ? [[step, scores[score]] as const] : [];
  });

/** All heads of a network of which there are checkpoints. */
export const headsOf = (checkpoints: readonly Checkpoint[]): HeadPlace[] =>
  (checkpoints.at(-1)?.evaluation.heads ?? []).flatMap((row, layer) => row.map((_, head) => ({ layer, head })));

/** The heads that have formed, in the order in which they did; `rises` has one for each of `places`. */
export const formationsOf = (places: readonly HeadPlace[], rises: readonly (Rise | null)[]): Formation[] =>
  places
    .flatMap((place, i) => {
      const rise = rises[i];
      return rise ? [{ ...place, ...rise }] : [];
    })
    .sort((a, b) => a.step - b.step || b.to - a.to);

/** The number that speaks for a head's label: that score, or how evenly it spreads. */
export const labelValue = (scores: HeadScores): number =>
  ({
    induction: scores.induction,
    "duplicate token": scores.entropy,
    "previous token": scores.previousToken,
    self: scores.self,
    "first token": scores.firstToken,
    local: scores.local,
    broad: scores.entropy,
    other: scores.entropy,
  })[scores.label];
