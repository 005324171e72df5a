/** A text that is longer than the model's context: its first part, its last part, or one that slides along it. */
import { el } from "../controls/el";

export class ContextWindow {
  private readonly first = el("button", { type: "button" });
  private readonly last = el("button", { type: "button" });
  private readonly slider = el("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "First token that is read",
  });
  private readonly part = el("span");
  private readonly slide = el("label", {}, this.slider, this.part);
  readonly element = el("p", { class: "context-window" }, this.first, " ", this.last, " ", this.slide);
  private furthest = 0;

  constructor(read: (from: number) => void) {
    this.element.hidden = true;
    this.first.addEventListener("click", () => read(0));
    this.last.addEventListener("click", () => read(this.furthest));
    this.slider.addEventListener("input", () => read(this.slider.valueAsNumber));
  }

  /** `from` null: none of it is read yet. */
  show(total: number, context: number, from: number | null): void {
    this.furthest = Math.max(0, total - context);
    this.element.hidden = this.furthest === 0;
    this.first.textContent = `read the first ${context} tokens`;
    this.last.textContent = `the last ${context}`;
    this.slide.hidden = from === null;
    const start = Math.min(from ?? 0, this.furthest);
    this.slider.max = String(this.furthest);
    this.slider.value = String(start);
    this.part.textContent = ` tokens ${start} to ${start + context - 1} of ${total}`;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
