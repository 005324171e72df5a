/** The one place that all linked figures mark: what is locked, else pointed at, else the figure's own choice. */
import { type Place, samePlace } from "../../model/place";

export interface Cell {
  readonly query: number;
  readonly key: number;
}

export class Focus {
  preview: Place | null = null;
  locked: Place | null = null;
  /** What is marked when nobody points anywhere. */
  resting: Place | null = null;

  /** A lock holds against hovering. */
  get place(): Place | null {
    return this.locked ?? this.preview ?? this.resting;
  }

  /** Locks a place, or releases it if it is the locked one. */
  toggle(place: Place): void {
    this.locked = samePlace(place, this.locked) ? null : place;
    this.preview = place;
  }

  release(): void {
    this.preview = this.locked = null;
  }

  /** For a new map: what the reader did while it was computed is kept, unless it lies outside. */
  keepInside({ queries, keys }: { queries: number; keys: number }): void {
    const isInside = (place: Place | null) => place && place.query < queries && (place.key ?? 0) < keys;
    if (!isInside(this.preview)) this.preview = null;
    if (!isInside(this.locked)) this.locked = null;
  }

  /** One step by keys within a map, or (cell = false) along its queries; a lock moves along. */
  move(next: (cell: Cell) => Cell, map: number, cell: boolean): void {
    const from = this.place ?? { query: 0, key: 0 };
    const to = next({ query: from.query, key: from.key ?? 0 });
    this.preview = { query: to.query, key: cell ? to.key : null, map };
    if (this.locked) this.locked = this.preview;
  }
}

/**
 * What a chart of map `map` reports, done to the focus; `changed` is called after each. Keys walk over its cells, or
 * (cells = false) along its queries.
 */
export function focusEvents(focus: Focus, map: number, changed: () => void, cells = true) {
  const act = (change: () => void) => {
    change();
    changed();
  };
  return {
    preview: (place: Omit<Place, "map"> | null) => act(() => (focus.preview = place && { ...place, map })),
    toggle: (place: Omit<Place, "map">) => act(() => focus.toggle({ ...place, map })),
    toggleCurrent: () => act(() => focus.place && focus.toggle(focus.place)),
    release: () => act(() => focus.release()),
    move: (next: (cell: Cell) => Cell) => act(() => focus.move(next, map, cells)),
  };
}
