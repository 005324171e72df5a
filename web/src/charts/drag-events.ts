/** Hovering along a chart, and setting a value by dragging along it. A finger that moves up or down scrolls the page. */

export interface DragEvents {
  /** The pointer is over this place, or (null) has left. */
  readonly hover: (x: number | null) => void;
  /** Set by a click, a tap or a drag; `settled` when the pointer is lifted. */
  readonly set: (x: number, settled: boolean) => void;
}

const threshold = 6;

export function listenToDrag(target: HTMLElement, events: DragEvents): void {
  let pressed: { x: number; dragging: boolean } | null = null;
  const end = (x: number | null) => {
    if (pressed && x !== null) events.set(x, true);
    pressed = null;
  };
  target.style.touchAction = "pan-y";
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.offsetX, dragging: event.pointerType !== "touch" };
    target.setPointerCapture(event.pointerId);
  });
  target.addEventListener("pointermove", (event) => {
    if (!pressed) {
      if (event.pointerType !== "touch") events.hover(event.offsetX);
      return;
    }
    // A finger's first pixels may be the beginning of a scroll.
    pressed.dragging ||= Math.abs(event.offsetX - pressed.x) > threshold;
    if (pressed.dragging) events.set(event.offsetX, false);
  });
  target.addEventListener("pointerup", (event) => end(event.offsetX));
  target.addEventListener("pointercancel", () => end(null));
  target.addEventListener("pointerleave", () => events.hover(null));
}
