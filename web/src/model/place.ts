/** A place in the attention maps. Without a key it is a whole query: a row of a heatmap, a place on the entropy chart. */
export interface Place {
  readonly query: number;
  readonly key: number | null;
  /** The map that was pointed at: 0 is the single head, h is head h. */
  readonly map: number;
}

export const samePlace = (a: Place | null, b: Place | null) =>
  a === b || (a !== null && b !== null && a.query === b.query && a.key === b.key && a.map === b.map);
