/** When heads become what they are: read off their scores over training. Pure. */
import type { Checkpoint, HeadPlace, HeadScores } from "../engine/training-protocol";

export type ScoreName = keyof HeadScores;

export interface Jump {
  /** The first checkpoint at which the score is past the middle of its rise. */
  readonly step: number;
  /** Where the rise began and was done, to a tenth of it, and the scores there. */
  readonly begin: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export interface Formation extends HeadPlace, Jump {}

/** Half of all attention: more than everything else together. */
const formed = 0.5;
const unformed = 0.25;

/** The rise of a score from little to more than half of all attention; null where there was none. */
export function jumpOf(points: readonly (readonly [step: number, score: number])[]): Jump | null {
  let low = 0;
  let high = 0;
  for (let i = 0; i < points.length; i++) {
    const score = scoreAt(points, i);
    if (score < scoreAt(points, low) && scoreAt(points, high) < formed) low = high = i;
    if (score > scoreAt(points, high)) high = i;
  }
  const [least, most] = [scoreAt(points, low), scoreAt(points, high)];
  if (points.length === 0 || least > unformed || most < formed) return null;
  const share = (i: number) => (scoreAt(points, i) - least) / (most - least);
  let middle = low;
  while (share(middle) < 0.5) middle++;
  let begin = middle;
  while (begin > low && share(begin) > 0.1) begin--;
  let end = middle;
  while (share(end) < 0.9) end++;
  const step = (i: number) => points[i]?.[0] ?? 0;
  return {
    step: step(middle),
    begin: step(begin),
    end: step(end),
    from: scoreAt(points, begin),
    to: scoreAt(points, end),
  };
}

const scoreAt = (points: readonly (readonly [number, number])[], i: number) => points[i]?.[1] ?? 0;

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

/** The heads that have formed, in the order in which they did. */
export const formationsOf = (checkpoints: readonly Checkpoint[], score: ScoreName): Formation[] =>
  headsOf(checkpoints)
    .flatMap((place) => {
      const jump = jumpOf(scoresOf(checkpoints, place, score));
      return jump ? [{ ...place, ...jump }] : [];
    })
    .sort((a, b) => a.step - b.step || b.to - a.to);

export interface Role {
  readonly name: "induction" | "previous" | "itself" | "first" | "spread";
  readonly value: number;
}

/** A third of all attention in one place is a habit. */
const habit = 1 / 3;

/** What a head does most; of one that does nothing much, how evenly it spreads. */
export function roleOf({ induction, previousToken, self, firstToken, entropy }: HeadScores): Role {
  const roles: Role[] = [
    { name: "induction", value: induction },
    { name: "previous", value: previousToken },
    { name: "itself", value: self },
    { name: "first", value: firstToken },
  ];
  const most = roles.reduce((best, role) => (role.value > best.value ? role : best));
  return most.value >= habit ? most : { name: "spread", value: entropy };
}
