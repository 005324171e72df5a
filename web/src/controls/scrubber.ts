/** A number set in place: drag it sideways, use the arrow keys, or type. A text input underneath, announced as a spin button. */

import { clampToField, type NumberField, parseNumber } from "../model/fields";
import { el } from "./el";
import { listenToPress, type Press } from "./press";
import { withSubscripts } from "./subscripts";

export interface ScrubberEvents {
  /** Called while dragging and at every key; `settled` is false until the pointer is lifted. */
  readonly change: (value: number, settled: boolean) => void;
  /** What was typed cannot be used; null when that is over. */
  readonly problem: (text: string | null) => void;
}

const pixelsPerStep = 6;
const clickTolerance = 3;
const largeStep = 10;

export class Scrubber<Key extends string, State extends Readonly<Record<Key, number>>> {
  readonly element = document.createElement("label");
  private readonly input = document.createElement("input");
  private state: State | undefined;

  constructor(
    private readonly field: NumberField<Key, State>,
    private readonly events: ScrubberEvents,
  ) {
    const { input } = this;
    this.element.className = "scrubber";
    this.element.append(el("span", {}, ...withSubscripts(`${field.label ?? field.key} `)), input);
    input.type = "text";
    input.inputMode = field.whole ? "numeric" : "decimal";
    input.autocomplete = "off";
    input.spellcheck = false;
    input.name = field.key;
    input.setAttribute("role", "spinbutton");
    input.setAttribute("aria-valuemin", String(field.min));
    input.setAttribute("aria-valuemax", String(field.max));
    input.setAttribute("aria-describedby", "message");
    input.addEventListener("input", () => this.fit());
    input.addEventListener("change", () => this.commit());
    input.addEventListener("focus", () => input.select());
    input.addEventListener("keydown", (event) => this.onKey(event));
    this.listenToDrag();
  }

  show(state: State): void {
    this.state = state;
    this.write(state[this.field.key]);
  }

  /** Marks the value as the cause of a message from elsewhere (the core). */
  set invalid(invalid: boolean) {
    this.input.setAttribute("aria-invalid", String(invalid));
  }

  private write(value: number): void {
    this.input.value = this.field.whole
      ? String(value)
      : value.toFixed(Math.max(1, String(value).split(".")[1]?.length ?? 0));
    this.input.setAttribute("aria-valuenow", String(value));
    this.invalid = false;
    this.fit();
  }

  private fit(): void {
    this.input.style.width = `${Math.max(1, this.input.value.length) + 0.6}ch`;
  }

  private commit(): void {
    const parsed = parseNumber(this.field, this.input.value);
    if ("problem" in parsed) {
      this.invalid = true;
      this.events.problem(parsed.problem);
      return;
    }
    this.events.problem(null);
    this.write(parsed.value);
    this.events.change(parsed.value, true);
  }

  private onKey(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: largeStep, PageDown: -largeStep };
    const count = steps[event.key];
    if (event.key === "Enter") this.commit();
    else if (event.key === "Escape" && this.state) {
      this.events.problem(null);
      this.show(this.state);
    } else if (count !== undefined) {
      event.preventDefault();
      this.stepBy(count, true);
    }
  }

  private stepBy(count: number, settled: boolean): void {
    if (!this.state) return;
    const { field } = this;
    const typed = parseNumber(field, this.input.value);
    let value = "value" in typed ? typed.value : this.state[field.key];
    for (let i = 0; i < Math.abs(count); i++)
      value = clampToField(field, field.step(value, count > 0 ? 1 : -1, this.state));
    this.events.problem(null);
    this.write(value);
    this.events.change(value, settled);
  }

  private listenToDrag(): void {
    const { input } = this;
    let steps = 0;
    const end = ({ moved }: Press) => {
      if (!moved || !this.state) return;
      input.classList.remove("dragging");
      const parsed = parseNumber(this.field, input.value);
      if ("value" in parsed) this.events.change(parsed.value, true);
    };
    listenToPress(
      input,
      {
        begin: () => {
          steps = 0;
          return true;
        },
        drag: (event, { x }) => {
          event.preventDefault();
          input.classList.add("dragging");
          const now = Math.trunc((event.clientX - x) / pixelsPerStep);
          if (now !== steps) this.stepBy(now - steps, false);
          steps = now;
        },
        end: (_, press) => end(press),
        cancel: end,
      },
      { mouse: clickTolerance, touch: clickTolerance },
    );
  }
}
