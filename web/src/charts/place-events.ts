import { besideScrolling, listenToPress, type Press } from "../controls/press";

/** What a chart reports about the reader's pointer and keys, in the data's terms. */
export interface PlaceEvents {
  /** The pointer is over this place, or (null) has left. */
  readonly preview: (place: { query: number; key: number | null } | null) => void;
  /** The place was clicked or tapped: lock it, or release it if it is locked already. */
  readonly toggle: (place: { query: number; key: number | null }) => void;
  readonly release: () => void;
  /** A key moved the focus; `place` is given the present one and returns the next. */
  readonly move: (next: (place: { query: number; key: number }) => { query: number; key: number }) => void;
}

const above = 44;

/**
 * Hover previews, a click locks. A finger that taps means the cell under it; a finger that drags sideways reads the
 * place above itself and locks it on lifting. `at` turns offsets within `target` into a place.
 */
export function listenToPointer<P>(
  target: HTMLElement,
  at: (x: number, y: number) => P | null,
  events: { preview: (place: P | null) => void; toggle: (place: P) => void },
): void {
  const read = (event: PointerEvent, { byTouch, moved }: Pick<Press, "byTouch" | "moved">) =>
    at(event.offsetX, event.offsetY - (byTouch && moved ? above : 0));
  const hovering = { byTouch: false, moved: false };
  listenToPress(
    target,
    {
      hover: (event) => events.preview(event && read(event, hovering)),
      drag: (event, press) => events.preview(read(event, press)),
      end: (event, press) => {
        const place = read(event, press);
        if (place) events.toggle(place);
      },
      cancel: () => events.preview(null),
    },
    besideScrolling,
  );
}

/** Arrow keys, Home and End (with Ctrl: the corners), Page Up and Down; Enter or Space locks, Escape releases. */
export function listenToKeys(
  target: HTMLElement,
  size: () => { queries: number; keys: number },
  events: Pick<PlaceEvents, "move" | "release"> & { toggleCurrent: () => void },
): void {
  target.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const { queries, keys } = size();
    const page = Math.max(1, Math.round(queries / 10));
    const go = (query: number, key: number) =>
      events.move((place) => ({
        query: Math.min(queries - 1, Math.max(0, place.query + query)),
        key: Math.min(keys - 1, Math.max(0, place.key + key)),
      }));
    const all = event.ctrlKey ? queries : 0;
    const actions: Record<string, () => void> = {
      ArrowUp: () => go(-1, 0),
      ArrowDown: () => go(1, 0),
      ArrowLeft: () => go(0, -1),
      ArrowRight: () => go(0, 1),
      PageUp: () => go(-page, 0),
      PageDown: () => go(page, 0),
      Home: () => go(-all, -keys),
      End: () => go(all, keys),
      Enter: events.toggleCurrent,
      " ": events.toggleCurrent,
      Escape: events.release,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
