/** Strokes over cells: a mouse paints from where it is pressed; a finger that taps means one cell, one that sets out sideways paints. */

import { besideScrolling, listenToPress } from "../controls/press";
import type { Cell } from "../model/cell-setting";

export interface StrokeEvents {
  /** Whether there is painting at the moment. */
  readonly isOn: () => boolean;
  readonly begin: (cell: Cell) => void;
  /** Every cell that the stroke passes, in order. */
  readonly over: (cell: Cell) => void;
  readonly end: () => void;
}

/** `at` turns offsets within `target` into a cell. Fingers that set out up or down scroll the page (touch-action: pan-y). */
export function listenToStrokes(
  target: HTMLElement,
  at: (x: number, y: number) => Cell | null,
  { isOn, begin, over, end }: StrokeEvents,
): void {
  let pressed: Cell | null = null;
  /** Where the stroke is; null: it has not begun. */
  let last: Cell | null = null;
  const start = () => {
    if (last || !pressed) return;
    begin(pressed);
    last = pressed;
  };
  const finish = () => {
    if (last) end();
    last = null;
  };
  listenToPress(
    target,
    {
      begin: (event) => {
        pressed = isOn() ? at(event.offsetX, event.offsetY) : null;
        if (event.pointerType !== "touch") start();
        return pressed !== null;
      },
      drag: (event) => {
        start();
        const cell = at(event.offsetX, event.offsetY);
        if (!last || !cell) return;
        for (const passed of between(last, cell)) over(passed);
        last = cell;
      },
      end: () => {
        start();
        finish();
      },
      cancel: finish,
    },
    besideScrolling,
  );
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
