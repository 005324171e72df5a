/** A slider over a run's steps: dragged, by arrow keys, or by Home and End. At its right end it follows the newest. */
export interface TimelineEvents {
  /** null: the newest. */
  readonly scrub: (step: number | null) => void;
  /** The space bar. */
  readonly toggle: () => void;
}

export interface TimelineState {
  /** Steps that can be gone to, in order. */
  readonly steps: readonly number[];
  /** The end of the axis, which may lie ahead of the newest. */
  readonly last: number;
  readonly at: number | null;
  /** What a screen reader says of the place. */
  readonly text: string;
}

export class Timeline {
  readonly element = document.createElement("div");
  private readonly input = document.createElement("input");
  private state: TimelineState = { steps: [], last: 1, at: null, text: "" };

  constructor(
    label: string,
    private readonly events: TimelineEvents,
  ) {
    const { input } = this;
    this.element.className = "timeline";
    input.type = "range";
    input.min = "0";
    input.step = "1";
    input.setAttribute("aria-label", label);
    input.addEventListener("input", () => this.go(Number(input.value)));
    input.addEventListener("keydown", (event) => {
      if (event.key === " ") this.events.toggle();
      else if (!this.move(event.key)) return;
      event.preventDefault();
    });
    this.element.append(input);
  }

  show(state: TimelineState): void {
    this.state = state;
    const { input } = this;
    const newest = state.steps.at(-1) ?? 0;
    const value = state.at ?? newest;
    input.max = String(Math.max(1, state.last));
    input.value = String(value);
    input.disabled = state.steps.length < 2;
    input.setAttribute("aria-valuetext", state.text);
    const share = (step: number) => String(Math.min(1, step / Math.max(1, state.last)));
    this.element.style.setProperty("--at", share(value));
    this.element.style.setProperty("--newest", share(newest));
  }

  /** Goes where a key says; whether it says anything. */
  move(key: string): boolean {
    const { steps, at } = this.state;
    const index = at === null ? steps.length - 1 : nearest(steps, at);
    const page = Math.max(1, Math.round(steps.length / 10));
    const moves: Record<string, number> = {
      ArrowRight: 1,
      ArrowUp: 1,
      ArrowLeft: -1,
      ArrowDown: -1,
      PageUp: page,
      PageDown: -page,
      Home: -steps.length,
      End: steps.length,
    };
    const by = moves[key];
    if (by === undefined) return false;
    this.at(Math.min(steps.length - 1, Math.max(0, index + by)));
    return true;
  }

  private go(step: number): void {
    this.at(nearest(this.state.steps, step));
  }

  private at(index: number): void {
    const { steps } = this.state;
    this.events.scrub(index >= steps.length - 1 ? null : (steps[index] ?? null));
  }
}

const nearest = (steps: readonly number[], step: number) =>
  steps.reduce((best, each, i) => (Math.abs(each - step) < Math.abs((steps[best] ?? 0) - step) ? i : best), 0);
