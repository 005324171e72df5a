/** In the scripts of one file, which have no room for the chart: its numbers alone, which the tables show. */
import { el } from "../../controls/el";
import type { FigureData } from "../../model/figure-data";
import { dataOfLayers, type LayerEntropy } from "./layer-entropy";

export const layerEntropySheet = new CSSStyleSheet();

export class LayerEntropyFigure {
  readonly element = el("figure", { hidden: "" });
  private shown: LayerEntropy | null = null;

  show(shown: LayerEntropy | null): void {
    this.shown = shown;
  }

  redraw(): void {}

  data(): FigureData[] {
    return this.shown ? dataOfLayers(this.shown) : [];
  }
}
