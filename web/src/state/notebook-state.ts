/** Everything that decides what the notebook figure shows. Plain and immutable; the URL holds all of it. */
import { type Mask, numberFields } from "./fields";

/** A place in the attention maps. Without a key it is a whole query: a row of a heatmap, a place on the entropy chart. */
export interface Place {
  readonly query: number;
  readonly key: number | null;
  /** The map that was pointed at: 0 is the single head, h is head h. */
  readonly map: number;
}

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

export const samePlace = (a: Place | null, b: Place | null) =>
  a === b || (a !== null && b !== null && a.query === b.query && a.key === b.key && a.map === b.map);

/** The state with some fields changed; a lock that falls outside the new maps is released. */
export function changed(state: NotebookState, change: Partial<NotebookState>): NotebookState {
  const next = { ...state, ...change };
  return next.locked && !isInside(next.locked, next) ? { ...next, locked: null } : next;
}
