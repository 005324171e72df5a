/** A text that goes on, or is taken back: what a run of it needs to compute. Pure. */
import type { RunInput } from "./protocol";

export interface Growth {
  /** How many tokens stay. */
  readonly keep: number;
  readonly add: readonly number[];
}

/**
 * From one input of a decoder to another, where one begins with the other; null where the run has to be computed anew. Tokens at the same
 * places see the same tokens before them, so that their keys and values are the same.
 */
export function growthOf(before: RunInput, after: RunInput): Growth | null {
  const hasTypes = ({ typeIds }: RunInput) => typeIds?.some((type) => type !== 0) === true;
  if (hasTypes(before) || hasTypes(after) || before.pixels || after.pixels) return null;
  const hasTarget = before.targetIds !== undefined || after.targetIds !== undefined;
  if (hasTarget && !(before.ids.length === after.ids.length && beginsWith(before.ids, after.ids))) return null;
  const [from = [], to = []] = hasTarget ? [before.targetIds, after.targetIds] : [before.ids, after.ids];
  const keep = Math.min(from.length, to.length);
  return keep > 0 && beginsWith(from, to.slice(0, keep)) ? { keep, add: to.slice(keep) } : null;
}

const beginsWith = (ids: readonly number[], first: readonly number[]) => first.every((id, i) => id === ids[i]);
