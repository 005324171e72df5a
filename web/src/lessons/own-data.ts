/** The section for the reader's own numbers: its figure is fetched when it comes near. */
import { whenNear } from "./when-near";

export function startOwnData(figures: Iterable<Element>): void {
  whenNear(figures, async () => {
    const { HeedAttention } = await import("../elements/heed-attention");
    customElements.define("heed-attention", HeedAttention);
  });
}
