/** Entropy by layer as a chart. */
import type { Palette } from "../../charts/color/palette";
import { LayerChart, type LayerEvents } from "../../charts/curves/layer-chart";
import { el } from "../../controls/el";
import type { FigureData } from "../../model/figure-data";
import { sheetOf } from "../figure-shell";
import { hueOf } from "../maps/head-name";
import type { Reading } from "../reading";
import type { Readout } from "../readout";
import { dataOfLayers, type LayerEntropy, readLayer } from "./layer-entropy";
import styles from "./layer-entropy.css?inline";

/** Adopted by the figure once it has the chart. */
export const layerEntropySheet = sheetOf(styles);

export interface LayerEntropyEvents {
  readonly read: (reading: Reading | null, head: number) => void;
  readonly choose: LayerEvents["choose"];
}

/** A figure of maps that has the chart before its numbers, reads it in its own sentence, and draws a chosen head. */
interface MapsFigure {
  readonly details: { readonly element: HTMLElement };
  readonly readout: Readout;
  readonly colors: Palette;
  mark(): void;
  choose(map: number): void;
  changed(): void;
}

export class LayerEntropyFigure {
  static of(figure: MapsFigure): LayerEntropyFigure {
    const layers = new LayerEntropyFigure({
      read: (text, head) => (text ? figure.readout.show(text, hueOf(figure.colors, head), true) : figure.mark()),
      choose: ({ layer, head }) => {
        figure.choose(layer * (layers.shown?.heads ?? 1) + head);
        figure.changed();
      },
    });
    const { element } = figure.details;
    element.before(layers.element);
    const root = element.getRootNode();
    if (root instanceof ShadowRoot) root.adoptedStyleSheets.push(layerEntropySheet);
    return layers;
  }

  readonly element: HTMLElement;
  private readonly chart: LayerChart;
  private shown: LayerEntropy | null = null;

  constructor(events: LayerEntropyEvents) {
    this.chart = new LayerChart("Mean entropy of each head, by layer", {
      preview: (place) => events.read(place && this.shown && readLayer(this.shown, place), place?.head ?? 0),
      choose: events.choose,
    });
    this.element = el(
      "figure",
      { class: "layer-entropy", part: "layer-entropy", "aria-label": "Entropy by layer" },
      el("p", { class: "part-title" }, "Entropy by layer: a dot for each head, a line through the layers’ means"),
      this.chart.element,
    );
    this.element.hidden = true;
    new ResizeObserver(() => this.chart.resize()).observe(this.element);
  }

  /** null: there is one layer only, or the heads are not all known. */
  show(shown: LayerEntropy | null, hue: (head: number) => string): void {
    this.shown = shown;
    this.element.hidden = shown === null;
    if (shown) this.chart.show(shown, hue);
  }

  /** In other colours. */
  redraw(): void {
    this.chart.resize();
  }

  data(): FigureData[] {
    return this.shown ? dataOfLayers(this.shown) : [];
  }
}
