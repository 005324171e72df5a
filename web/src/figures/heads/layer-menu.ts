/** Which layer's heads are compared, or all. */
import { el } from "../../controls/el";

export class LayerMenu {
  readonly element: HTMLElement;
  private readonly select = el("select", { "aria-label": "heads of" });

  constructor(change: (layer: number) => void) {
    this.select.addEventListener("change", () => change(Number(this.select.value)));
    this.element = el("div", { class: "roles" }, el("label", {}, "heads of ", this.select));
    this.element.hidden = true;
  }

  /** `chosen` from 1; 0: all, which can be chosen where they are few. */
  show(layers: number, chosen: number, areFew: boolean): void {
    this.element.hidden = layers < 2;
    const each = Array.from({ length: layers }, (_, i) => new Option(`layer ${i + 1}`, String(i + 1)));
    this.select.replaceChildren(...(areFew ? [new Option("all layers", "0")] : []), ...each);
    this.select.value = String(chosen);
  }
}
