/** Strokes over cells: a mouse paints from where it is pressed; a finger that taps means one cell, one that sets out sideways paints. */
import type { Cell } from "../model/cell-setting";

export interface StrokeEvents {
  /** Whether there is painting at the moment. */
  readonly isOn: () => boolean;
  readonly begin: (cell: Cell) => void;
  /** Every cell that the stroke passes, in order. */
  readonly over: (cell: Cell) => void;
  readonly end: () => void;
}

const dragThreshold = 6;

/** `at` turns offsets within `target` into a cell. Fingers that set out up or down scroll the page (touch-action: pan-y). */
export function listenToStrokes(
  target: HTMLElement,
  at: (x: number, y: number) => Cell | null,
  { isOn, begin, over, end }: StrokeEvents,
): void {
  let last: Cell | null = null;
  let finger: { x: number; y: number; cell: Cell } | null = null;
  const start = (cell: Cell) => {
    begin(cell);
    last = cell;
  };
  const finish = () => {
    if (last) end();
    last = null;
    finger = null;
  };

  target.addEventListener("pointerdown", (event) => {
    const cell = at(event.offsetX, event.offsetY);
    if (!isOn() || event.button !== 0 || !cell) return;
    if (event.pointerType === "touch") finger = { x: event.clientX, y: event.clientY, cell };
    else {
      target.setPointerCapture(event.pointerId);
      start(cell);
    }
  });
  target.addEventListener("pointermove", (event) => {
    if (finger && !last) {
      const across = Math.abs(event.clientX - finger.x);
      if (across > dragThreshold && across >= Math.abs(event.clientY - finger.y)) start(finger.cell);
    }
    const cell = at(event.offsetX, event.offsetY);
    if (!last || !cell) return;
    for (const passed of between(last, cell)) over(passed);
    last = cell;
  });
  target.addEventListener("pointerup", () => {
    if (finger && !last) start(finger.cell);
    finish();
  });
  target.addEventListener("pointercancel", finish);
}

/** The cells after `from` on the straight way to `to`, that one included: a fast pointer skips none. */
export function between(from: Cell, to: Cell): Cell[] {
  const steps = Math.max(Math.abs(to.query - from.query), Math.abs(to.key - from.key));
  return Array.from({ length: steps }, (_, i) => {
    const part = (i + 1) / steps;
    return {
      query: Math.round(from.query + (to.query - from.query) * part),
      key: Math.round(from.key + (to.key - from.key) * part),
    };
  });
}
