/** One pointer that is pressed, moved and lifted: the mouse's main button, a pen, or a finger. Further fingers are not heard. */

export interface Press {
  /** Where it was pressed, in pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly byTouch: boolean;
  /** Whether it is a drag: it has gone further than a click or a tap may. */
  readonly moved: boolean;
}

export interface PressEvents {
  /** A pointer that is not pressed is over the target, or (null) has left. Fingers do not hover. */
  readonly hover?: (event: PointerEvent | null) => void;
  /** False: the press is for somebody else. */
  readonly begin?: (event: PointerEvent) => boolean;
  /** Every movement of a drag. */
  readonly drag?: (event: PointerEvent, press: Press) => void;
  /** It was lifted: a click or a tap where it has not moved. */
  readonly end?: (event: PointerEvent, press: Press) => void;
  /** Nothing comes of it: the finger scrolls the page, or the target is gone. */
  readonly cancel?: (press: Press) => void;
}

/** How many pixels sideways are still a click or a tap; 0: any movement is a drag. */
export interface Tolerance {
  readonly mouse?: number;
  readonly touch?: number;
}

/** What a finger may move sideways where up and down scroll the page (touch-action: pan-y). */
export const besideScrolling: Tolerance = { touch: 6 };

export function listenToPress(target: HTMLElement, events: PressEvents, tolerance: Tolerance = {}): void {
  let press: (Press & { readonly id: number; moved: boolean }) | null = null;

  const isDrag = ({ clientX, clientY }: PointerEvent, { x, y, byTouch }: Press): boolean => {
    const allowed = (byTouch ? tolerance.touch : tolerance.mouse) ?? 0;
    const across = Math.abs(clientX - x);
    // A finger that sets out up or down begins to scroll.
    return allowed === 0 || (across > allowed && (!byTouch || across >= Math.abs(clientY - y)));
  };
  const cancel = (event: PointerEvent) => {
    if (!press || event.pointerId !== press.id) return;
    const ended = press;
    press = null;
    events.cancel?.(ended);
  };

  target.addEventListener("pointerdown", (event) => {
    if (press || event.button !== 0 || events.begin?.(event) === false) return;
    const byTouch = event.pointerType === "touch";
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, byTouch, moved: false };
    // A finger's events come to where it was put down in any case.
    if (!byTouch) target.setPointerCapture(event.pointerId);
  });
  target.addEventListener("pointermove", (event) => {
    if (!press) {
      if (event.pointerType !== "touch") events.hover?.(event);
      return;
    }
    if (event.pointerId !== press.id) return;
    press.moved ||= isDrag(event, press);
    if (press.moved) events.drag?.(event, press);
  });
  target.addEventListener("pointerup", (event) => {
    if (!press || event.pointerId !== press.id) return;
    const ended = press;
    press = null;
    events.end?.(event, ended);
  });
  target.addEventListener("pointercancel", cancel);
  target.addEventListener("lostpointercapture", cancel);
  target.addEventListener("pointerleave", () => {
    if (!press) events.hover?.(null);
  });
}
