/** Everything that decides what the notebook figure shows. Plain and immutable; the URL holds all of it. */
import { byOne, bySecondDigit, type Mask, type NumberField } from "./fields";
import type { Place } from "./place";

export type NumberKey = "tokens" | "width" | "heads" | "seed" | "temperature";

export interface NotebookState {
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly seed: number;
  readonly temperature: number;
  readonly mask: Mask;
  /** The place that the reader has locked. */
  readonly locked: Place | null;
}

/** Widths that the present number of heads divides: the steps in between would only be errors. */
const byHeads = (value: number, direction: 1 | -1, { heads }: NotebookState) =>
  (direction > 0 ? Math.floor(value / heads) + 1 : Math.ceil(value / heads) - 1) * heads;

/** Numbers of heads that divide the present width. */
function byDivisor(value: number, direction: 1 | -1, { width }: NotebookState): number {
  for (let heads = value + direction; heads >= 1 && heads <= 16; heads += direction) {
    if (width % heads === 0) return heads;
  }
  return value;
}

export const numberFields: readonly NumberField<NumberKey, NotebookState>[] = [
  { key: "tokens", default: 8, min: 1, max: 4096, whole: true, step: byOne },
  { key: "width", default: 64, min: 1, max: 1024, whole: true, step: byHeads },
  { key: "heads", default: 4, min: 1, max: 16, whole: true, step: byDivisor },
  { key: "seed", default: 42, min: 0, max: 4294967295, whole: true, step: byOne },
  { key: "temperature", default: 1, min: 0.01, max: 100, whole: false, step: bySecondDigit },
];

/** The source experiment. */
export const notebookDefaults: NotebookState = {
  ...(Object.fromEntries(numberFields.map((field) => [field.key, field.default])) as Pick<
    NotebookState,
    "tokens" | "width" | "heads" | "seed" | "temperature"
  >),
  mask: "none",
  locked: null,
};

/** Whether the numbers are the source experiment's own, which also ran with the causal mask (for the single head). */
export const isSourceExperiment = (state: NotebookState) =>
  numberFields.every((field) => state[field.key] === field.default);

export const isInside = (place: Place, state: NotebookState) =>
  place.query < state.tokens && (place.key === null || place.key < state.tokens) && place.map <= state.heads;

/** The state with some fields changed; a lock that falls outside the new maps is released. */
export function changed(state: NotebookState, change: Partial<NotebookState>): NotebookState {
  const next = { ...state, ...change };
  return next.locked && !isInside(next.locked, next) ? { ...next, locked: null } : next;
}
