/** Points that can be moved: by mouse, by finger, or by arrow keys while they have the focus. */
import { listenToPress, type Press } from "../../controls/press";

/** Two numbers, in whatever unit the drawing gives pixels. */
interface At {
  readonly x: number;
  readonly y: number;
}

export interface Handle {
  /** What is moved, as events name it. */
  readonly id: string;
  /** For screen readers: "Key 2 at 0.60, −1.40". */
  readonly label: string;
  readonly at: At;
  /** Where the point is drawn, in pixels from the top left corner. */
  readonly pixels: At;
}

/** A point that is being moved. */
interface Drag {
  readonly id: string;
  readonly start: At;
  /** Where it is now. */
  at: At;
}

export interface HandleEvents {
  readonly move: (id: string, to: At, settled: boolean) => void;
  readonly step: (id: string, by: At) => void;
  /** The pointer or the keyboard's focus is on this point, or (null) on none. */
  readonly point: (id: string | null, aloud: boolean) => void;
}

const keyStep = 0.1;
const fineStep = 0.01;

const directions: Readonly<Record<string, At>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

/**
 * Invisible squares as large as a finger over the points that an SVG draws: as elements of HTML they keep a finger's
 * movements from the page, while the drawing around them leaves it to scroll.
 */
export class PointHandles {
  readonly element = document.createElement("div");
  private readonly handles = new Map<string, { element: HTMLElement; handle: Handle }>();
  private pixelsPerUnit = 1;
  private drag: Drag | null = null;

  constructor(private readonly events: HandleEvents) {
    this.element.className = "handles";
  }

  show(handles: readonly Handle[], pixelsPerUnit: number): void {
    this.pixelsPerUnit = pixelsPerUnit;
    for (const [id, { element }] of this.handles) {
      if (handles.some((handle) => handle.id === id)) continue;
      element.remove();
      this.handles.delete(id);
    }
    for (const handle of handles) {
      const element = this.handles.get(handle.id)?.element ?? this.add(handle.id);
      this.handles.set(handle.id, { element, handle });
      if (element.ariaLabel !== handle.label) element.ariaLabel = handle.label;
      element.style.translate = `${handle.pixels.x}px ${handle.pixels.y}px`;
    }
  }

  private add(id: string): HTMLElement {
    const element = document.createElement("div");
    element.className = "handle";
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "movable point");
    const release = ({ moved }: Press) => this.release(element, moved);
    listenToPress(element, {
      hover: (event) => this.events.point(event && (this.nearest(event) ?? id), false),
      begin: (event) => this.grasp(event, element),
      drag: (event, press) => this.follow(event, press),
      end: (_, press) => release(press),
      cancel: release,
    });
    element.addEventListener("focus", () => this.events.point(id, true));
    element.addEventListener("blur", () => this.events.point(null, false));
    element.addEventListener("keydown", (event) => this.onKey(event, id));
    this.element.append(element);
    return element;
  }

  /** Where squares overlap, the point that is nearest. */
  private nearest(event: PointerEvent): string | undefined {
    const { left, top } = this.element.getBoundingClientRect();
    const distance = ({ pixels }: Handle) =>
      Math.hypot(event.clientX - left - pixels.x, event.clientY - top - pixels.y);
    return [...this.handles.values()]
      .map(({ handle }) => handle)
      .reduce((best, handle) => (distance(handle) < distance(best) ? handle : best)).id;
  }

  private grasp(event: PointerEvent, element: HTMLElement): boolean {
    const grasped = this.handles.get(this.nearest(event) ?? "");
    if (!grasped) return false;
    event.preventDefault();
    const { id, at } = grasped.handle;
    this.drag = { id, start: at, at };
    element.classList.add("grasped");
    grasped.element.focus({ preventScroll: true });
    return true;
  }

  /** The point stays as far from the pointer as it was when it was grasped. */
  private follow({ clientX, clientY }: PointerEvent, { x, y }: Press): void {
    const { drag } = this;
    if (!drag) return;
    drag.at = {
      x: drag.start.x + (clientX - x) / this.pixelsPerUnit,
      y: drag.start.y - (clientY - y) / this.pixelsPerUnit,
    };
    this.events.move(drag.id, drag.at, false);
  }

  private release(element: HTMLElement, moved: boolean): void {
    const { drag } = this;
    element.classList.remove("grasped");
    if (drag && moved) this.events.move(drag.id, drag.at, true);
    this.drag = null;
  }

  private onKey(event: KeyboardEvent, id: string): void {
    const direction = directions[event.key];
    if (!direction || event.altKey || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    const step = event.shiftKey ? fineStep : keyStep;
    this.events.step(id, { x: step * direction.x, y: step * direction.y });
  }
}
