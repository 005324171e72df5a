/** Moving about on a map: drag, Ctrl + wheel, two fingers, double click, keys. Never in the way of the page's own scrolling. */
import type { Spot } from "../../model/long-view";

export interface GestureEvents {
  /** By fractions of the view's sides. */
  readonly pan: (x: number, y: number) => void;
  /** `eased`: a step that may be animated, not a continuous gesture. */
  readonly zoom: (factor: number, spot: Spot | null, eased: boolean) => void;
  readonly whole: () => void;
  readonly hover: (spot: Spot | null) => void;
  readonly click: (spot: Spot) => void;
  /** A pan or pinch has ended. */
  readonly settle: () => void;
  /** A wheel was turned without Ctrl: the page scrolls, and the reader may want to know how to zoom. */
  readonly plainWheel: () => void;
  /** Steps of cells, by keys; infinite to the edge. */
  readonly step: (rows: number, columns: number, pages: boolean) => void;
  readonly toggle: () => void;
  readonly release: () => void;
}

const clickTolerance = 3;
const fingerTolerance = 8;

interface Pressed {
  readonly x: number;
  readonly y: number;
}

export function listenToGestures(target: HTMLElement, events: GestureEvents): void {
  listenToPointers(target, events);
  listenToWheel(target, events);
  listenToMapKeys(target, events);
}

const spotOf = (target: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Spot => {
  const { left, top, width, height } = target.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
};

function listenToPointers(target: HTMLElement, events: GestureEvents): void {
  const pressed = new Map<number, Pressed>();
  let start: Pressed | null = null;
  let moved = false;

  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (pressed.size === 0) [start, moved] = [{ x: event.clientX, y: event.clientY }, false];
    else moved = true;
    pressed.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  target.addEventListener("pointermove", (event) => {
    const before = pressed.get(event.pointerId);
    const now = { x: event.clientX, y: event.clientY };
    if (!before || !start) {
      if (event.pointerType !== "touch") events.hover(spotOf(target, event));
      return;
    }
    const tolerance = event.pointerType === "touch" ? fingerTolerance : clickTolerance;
    if (!moved) {
      if (Math.hypot(now.x - start.x, now.y - start.y) <= tolerance) return;
      moved = true;
      // Only now, so that a click stays a click on what is under it.
      target.setPointerCapture(event.pointerId);
      target.classList.add("dragging");
      events.hover(null);
    }
    const { width, height } = target.getBoundingClientRect();
    const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
    pressed.set(event.pointerId, now);
    if (other) {
      // What lay between the fingers stays between them: zoom about where that was, then move it to where it is.
      const apart = (a: Pressed) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
      const middle = { clientX: (before.x + other.x) / 2, clientY: (before.y + other.y) / 2 };
      events.zoom(apart(now) / apart(before), spotOf(target, middle), false);
    }
    const share = other ? 0.5 : 1;
    events.pan((share * (before.x - now.x)) / width, (share * (before.y - now.y)) / height);
  });
  const end = (event: PointerEvent) => {
    if (!pressed.delete(event.pointerId) || pressed.size > 0) return;
    target.classList.remove("dragging");
    if (moved) events.settle();
    else if (event.type === "pointerup") events.click(spotOf(target, event));
  };
  target.addEventListener("pointerup", end);
  target.addEventListener("pointercancel", end);
  target.addEventListener("pointerleave", () => events.hover(null));
  target.addEventListener("dblclick", (event) => events.zoom(event.shiftKey ? 0.5 : 2, spotOf(target, event), true));
  // One finger scrolls the page up and down (touch-action); two are the map's.
  target.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), {
    passive: false,
  });
}

function listenToWheel(target: HTMLElement, events: GestureEvents): void {
  const pixelsPerLine = 16;
  let settling: ReturnType<typeof setTimeout> | undefined;
  target.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) {
        events.plainWheel();
        return;
      }
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1);
      // A wheel's notch is about 100; a trackpad's pinch sends many small steps.
      const factor = 2 ** Math.min(1, Math.max(-1, -pixels / (Math.abs(pixels) < 50 ? 60 : 200)));
      events.zoom(factor, spotOf(target, event), false);
      clearTimeout(settling);
      settling = setTimeout(events.settle, 200);
    },
    { passive: false },
  );
}

function listenToMapKeys(target: HTMLElement, { step, zoom, whole, toggle, release }: GestureEvents): void {
  const far = Number.POSITIVE_INFINITY;
  target.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey || (event.ctrlKey && !["Home", "End"].includes(event.key))) return;
    const rows = event.ctrlKey ? far : 0;
    const actions: Record<string, () => void> = {
      ArrowUp: () => step(-1, 0, event.shiftKey),
      ArrowDown: () => step(1, 0, event.shiftKey),
      ArrowLeft: () => step(0, -1, event.shiftKey),
      ArrowRight: () => step(0, 1, event.shiftKey),
      PageUp: () => step(-1, 0, true),
      PageDown: () => step(1, 0, true),
      Home: () => step(-rows, -far, false),
      End: () => step(rows, far, false),
      "+": () => zoom(2, null, true),
      "=": () => zoom(2, null, true),
      "-": () => zoom(0.5, null, true),
      "0": whole,
      Enter: toggle,
      " ": toggle,
      Escape: release,
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
