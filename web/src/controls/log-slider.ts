/** A number on a logarithmic track: a range input underneath, so that fingers, keys and screen readers find what they know. */
import { clampToField } from "../model/fields";
import type { NumberControl } from "../model/settings";

const largeStep = 4;

export class LogSlider {
  readonly element = document.createElement("input");
  private value = 1;

  /** `snap`: the nearest value that the track offers. `change`: settled is false while the thumb is dragged. */
  constructor(
    private readonly field: NumberControl,
    snap: (value: number) => number,
    label: string,
    change: (value: number, settled: boolean) => void,
  ) {
    const { element } = this;
    element.type = "range";
    element.className = "log-slider";
    element.min = String(Math.log2(field.min));
    element.max = String(Math.log2(field.max));
    element.step = "any";
    element.setAttribute("aria-label", label);
    const read = (settled: boolean) => change(clampToField(field, snap(2 ** Number(element.value))), settled);
    element.addEventListener("input", () => read(false));
    element.addEventListener("change", () => read(true));
    element.addEventListener("keydown", (event) => {
      const steps: Record<string, number> = {
        ArrowUp: 1,
        ArrowRight: 1,
        ArrowDown: -1,
        ArrowLeft: -1,
        PageUp: largeStep,
        PageDown: -largeStep,
      };
      const count = steps[event.key];
      if (count === undefined) return;
      event.preventDefault();
      change(this.stepped(count), true);
    });
  }

  show(value: number): void {
    this.value = value;
    this.element.value = String(Math.log2(value));
    this.element.setAttribute("aria-valuetext", String(value));
  }

  private stepped(count: number): number {
    let { value } = this;
    for (let i = 0; i < Math.abs(count); i++)
      value = clampToField(this.field, this.field.step(value, count > 0 ? 1 : -1));
    return value;
  }
}
